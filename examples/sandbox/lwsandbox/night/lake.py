"""The data of the night: buckets, objects with their times, and the tables of database `sales`."""
import random

from .. import motodoor, s3
from .parquet import COLUMNS, orders_file

RAW, CURATED, ARCHIVE, CLOSED = "acme-lake-raw", "acme-lake-curated", "acme-lake-archive", "acme-finance-closed"
DATABASE, TABLE = "sales", "orders"
DAYS, FILES = 21, 5
HIVE_TYPES = {2: "bigint", 5: "double"}


def seed(night):
    for name, region in ((RAW, "us-east-1"), (CURATED, "us-east-1"), (ARCHIVE, "eu-west-1"), (CLOSED, "us-east-1")):
        s3.create_bucket(name, region, versioned=name == RAW)
    motodoor.create_database(DATABASE, "Orders and what belongs to them")
    dice = random.Random(7)
    _orders(night, dice)
    _refunds(night, dice)
    _customers(night)
    s3.put_object(ARCHIVE, "orders/2019/part-00000.parquet", orders_file(100, 1, 0), night.at(9, days_ago=900))


def _orders(night, dice):
    """One partition a night, there by 01:50. The one of the bad night came at 02:40."""
    motodoor.create_table(DATABASE, TABLE, _table(TABLE, f"s3://{RAW}/orders/", COLUMNS, ["dt"]),
                          night.at(9, days_ago=400))
    for days_ago in reversed(range(DAYS)):
        arrived = night.at(1, 44, dice.uniform(0, 300), days_ago) if days_ago else night.at(2, 40, 11)
        rows = _partition("orders", night, days_ago, arrived, dice)
        motodoor.create_partition(DATABASE, TABLE, _partition_input(
            f"s3://{RAW}/orders/dt={night.dt(days_ago)}/", [night.dt(days_ago)], rows), arrived)
    # A half-written file of three nights ago that its writer removed: a delete marker over one version.
    key, when = f"orders/dt={night.dt(3)}/.part-00002.parquet.inprogress", night.at(1, 43, days_ago=3)
    s3.put_object(RAW, key, b"PAR1", when)
    s3.delete_object(RAW, key, night.at(1, 44, days_ago=3))


def _refunds(night, dice):
    """A table whose partition of the night has really not arrived: the counter-example."""
    motodoor.create_table(DATABASE, "refunds", _table("refunds", f"s3://{RAW}/refunds/", COLUMNS, ["dt"]),
                          night.at(9, days_ago=400))
    for days_ago in reversed(range(1, 11)):
        arrived = night.at(1, 30, dice.uniform(0, 300), days_ago)
        rows = _partition("refunds", night, days_ago, arrived, dice)
        motodoor.create_partition(DATABASE, "refunds", _partition_input(
            f"s3://{RAW}/refunds/dt={night.dt(days_ago)}/", [night.dt(days_ago)], rows), arrived)


def _customers(night):
    """No partitions; written anew every hour."""
    motodoor.create_table(DATABASE, "customers", _table("customers", f"s3://{CURATED}/customers/", COLUMNS[1:3], []),
                          night.at(9, days_ago=400))
    for n in range(2):
        s3.put_object(CURATED, f"customers/part-{n:05d}-snappy.parquet", orders_file(250, 1 + n * 250, 0),
                      night.at(2, 12))


def _partition(table, night, days_ago, arrived, dice):
    """Writes the files of one night. -> how many rows they hold."""
    total = 0
    for n in range(FILES):
        rows = dice.randint(390, 410)
        data = orders_file(rows, 1_000_000 + total, int(arrived.timestamp() * 1000))
        name = f"part-{n:05d}-{dice.getrandbits(64):016x}-c000.parquet"
        s3.put_object(RAW, f"{table}/dt={night.dt(days_ago)}/{name}", data, arrived)
        total += rows
    s3.put_object(RAW, f"{table}/dt={night.dt(days_ago)}/_SUCCESS", b"", arrived)
    return total


def _storage(location, columns):
    base = "org.apache.hadoop.hive.ql.io.parquet"
    return {"Columns": [{"Name": n, "Type": HIVE_TYPES[t]} for n, t in columns], "Location": location,
            "InputFormat": f"{base}.MapredParquetInputFormat", "OutputFormat": f"{base}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": f"{base}.serde.ParquetHiveSerDe", "Parameters": {}},
            "Compressed": False, "NumberOfBuckets": -1, "StoredAsSubDirectories": False}


def _table(name, location, columns, keys):
    return {"Name": name, "Owner": "owner", "Retention": 0, "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": k, "Type": "string"} for k in keys], "StorageDescriptor":
            _storage(location, columns), "Parameters": {"classification": "parquet", "EXTERNAL": "TRUE"}}


def _partition_input(location, values, rows):
    return {"Values": values, "StorageDescriptor": _storage(location, COLUMNS),
            "Parameters": {"classification": "parquet", "recordCount": str(rows), "numFiles": str(FILES)}}
