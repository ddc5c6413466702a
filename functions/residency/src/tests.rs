mod ids;
mod reads;
