"""Bucket properties of a template that the emulator's CloudFormation accepts and forgets."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Optional

from botocore.serialize import create_serializer

from .operations import service_model

_ALREADY_SERVED = frozenset({
    "BucketName", "VersioningConfiguration", "NotificationConfiguration", "CorsConfiguration",
    "PublicAccessBlockConfiguration", "WebsiteConfiguration",
})


def install() -> None:
    """Apply the properties after the emulator made or changed the bucket."""
    from ministack.services.cloudformation import provisioners

    apply = provisioners._s3_apply_configurations

    def apply_configurations(name: str, props: dict, old_props: Optional[dict] = None) -> None:
        apply(name, props, old_props)
        _apply(name, props, old_props or {})

    provisioners._s3_apply_configurations = apply_configurations


def _apply(name: str, props: "Mapping[str, Any]", old: "Mapping[str, Any]") -> None:
    from ministack.services import s3

    unknown = set(props) - _ALREADY_SERVED - set(_PROPERTIES) - {"ObjectLockEnabled", "ObjectLockConfiguration"}
    if unknown:
        raise ValueError(f"AWS::S3::Bucket: the local AWS does not serve {', '.join(sorted(unknown))}")
    if _truth(props.get("ObjectLockEnabled")):
        s3._bucket_versioning[name] = "Enabled"
        s3._bucket_object_lock.setdefault(name, {"enabled": True, "default_retention": None})
    if props.get("ObjectLockConfiguration"):
        _put("PutObjectLockConfiguration", "ObjectLockConfiguration", name, _object_lock(props["ObjectLockConfiguration"]),
             s3._put_object_lock_configuration)
    for prop, (operation, member, translate, put, delete) in _PROPERTIES.items():
        if prop in props:
            _put(operation, member, name, translate(props[prop]), getattr(s3, put))
        elif prop in old and delete:
            getattr(s3, delete)(name)


def _put(operation: str, member: str, name: str, value: Any, put: Callable) -> None:
    """Hand a configuration over as the API's XML, which the service then checks as it checks a request."""
    model = service_model("s3")
    assert model is not None
    body = create_serializer("rest-xml").serialize_to_request({"Bucket": name, member: value},
                                                              model.operation_model(operation))["body"]
    status, _, answer = put(name, body if isinstance(body, bytes) else str(body).encode())
    if status >= 400:
        raise ValueError(f"{operation} of {name} failed: {answer!r}")


def _truth(value: Any) -> bool:
    return str(value).lower() == "true"


def _encryption(value: "Mapping[str, Any]") -> "dict[str, Any]":
    rules = []
    for each in value["ServerSideEncryptionConfiguration"]:
        rule: "dict[str, Any]" = {}
        if "ServerSideEncryptionByDefault" in each:
            rule["ApplyServerSideEncryptionByDefault"] = each["ServerSideEncryptionByDefault"]
        if "BucketKeyEnabled" in each:
            rule["BucketKeyEnabled"] = _truth(each["BucketKeyEnabled"])
        if "BlockedEncryptionTypes" in each:
            rule["BlockedEncryptionTypes"] = each["BlockedEncryptionTypes"]
        rules.append(rule)
    return {"Rules": rules}


def _object_lock(value: "Mapping[str, Any]") -> "dict[str, Any]":
    retention = dict(((value.get("Rule") or {}).get("DefaultRetention")) or {})
    for unit in ("Days", "Years"):
        if unit in retention:
            retention[unit] = int(retention[unit])
    rule = {"Rule": {"DefaultRetention": retention}} if retention else {}
    return {"ObjectLockEnabled": value.get("ObjectLockEnabled", "Enabled"), **rule}


def _lifecycle(value: "Mapping[str, Any]") -> "dict[str, Any]":
    return {"Rules": [_lifecycle_rule(each) for each in value.get("Rules", [])]}


def _lifecycle_rule(given: "Mapping[str, Any]") -> "dict[str, Any]":
    rule: "dict[str, Any]" = {"Status": given["Status"], "Filter": {"Prefix": given.get("Prefix", "")}}
    if given.get("Id"):
        rule["ID"] = given["Id"]
    if "ExpirationInDays" in given:
        rule["Expiration"] = {"Days": int(given["ExpirationInDays"])}
    elif "ExpiredObjectDeleteMarker" in given:
        rule["Expiration"] = {"ExpiredObjectDeleteMarker": _truth(given["ExpiredObjectDeleteMarker"])}
    for name, inner in (("NoncurrentVersionExpiration", ("NoncurrentDays", "NewerNoncurrentVersions")),
                        ("AbortIncompleteMultipartUpload", ("DaysAfterInitiation",))):
        if name in given:
            rule[name] = {member: int(given[name][member]) for member in inner if member in given[name]}
    if given.get("Transitions"):
        rule["Transitions"] = [{"Days": int(each["TransitionInDays"]), "StorageClass": each["StorageClass"]}
                               for each in given["Transitions"]]
    return rule


def _logging(value: "Mapping[str, Any]") -> "dict[str, Any]":
    target = {"TargetBucket": value.get("DestinationBucketName", ""), "TargetPrefix": value.get("LogFilePrefix", "")}
    return {"LoggingEnabled": target}


#: property -> operation, its member, translation, the emulator's function, and the one for a dropped property.
_PROPERTIES: "dict[str, tuple[str, str, Callable[[Any], Any], str, str]]" = {
    "BucketEncryption": ("PutBucketEncryption", "ServerSideEncryptionConfiguration", _encryption,
                         "_put_bucket_encryption", "_delete_bucket_encryption"),
    "LifecycleConfiguration": ("PutBucketLifecycleConfiguration", "LifecycleConfiguration", _lifecycle,
                               "_put_bucket_lifecycle", "_delete_bucket_lifecycle"),
    "OwnershipControls": ("PutBucketOwnershipControls", "OwnershipControls", lambda value: value,
                          "_put_bucket_ownership_controls", ""),
    "Tags": ("PutBucketTagging", "Tagging", lambda value: {"TagSet": value}, "_put_bucket_tagging",
             "_delete_bucket_tagging"),
    "LoggingConfiguration": ("PutBucketLogging", "BucketLoggingStatus", _logging, "_put_bucket_logging", ""),
}
