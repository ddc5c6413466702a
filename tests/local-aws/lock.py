"""Make requirements.txt from requirements.in: `uv` on the path, then `python3 lock.py` in this folder.

pip matches hashes by name and extras, so in the mode that requires hashes a pin of `boto3[crt]` does not serve
`boto3`, nor the other way round. Each pin with extras is therefore written a second time without them.
"""

import re
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
COMPILE = (
    "uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-annotate --no-header"
    " --python-version 3.10 requirements.in"
)
HEADER = "# Made from requirements.in by lock.py: do not edit.\n"


def main() -> None:
    compiled = subprocess.run(COMPILE.split(), cwd=HERE, check=True, capture_output=True, text=True).stdout
    pins = re.split(r"\n(?=\S)", compiled.strip())
    extra_less = [re.sub(r"\[[^\]]*\]", "", pin, count=1) for pin in pins if "[" in pin.split("==")[0]]
    (HERE / "requirements.txt").write_text(HEADER + "\n".join(sorted(pins + extra_less)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
