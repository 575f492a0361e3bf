"""The queries of the night: a report that met the same slow S3 as the load, one that somebody stopped, one that read too much."""
import uuid

SPACE = uuid.UUID("6f1c1a52-3b0e-4e5a-9f0d-0d2f6a1e7c11")
REPORT = "SELECT dt, count(*) AS orders, sum(amount) AS revenue FROM sales.orders WHERE dt = '{dt}' GROUP BY dt"
DAILY = "INSERT INTO sales.daily_revenue SELECT dt, sum(amount) FROM sales.orders WHERE dt = '{dt}' GROUP BY dt"
SLOW = ("HIVE_CURSOR_ERROR: Failed to read Parquet file: s3://acme-lake-raw/orders/dt={dt}/part-00003.parquet: Please reduce "
        "your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown; Request ID: 9X2M0QK1ZC4V7T3D)")
KIM = "arn:aws:sts::123456789012:assumed-role/analyst/kim"


def query_id(name, night):
    """Stable within a night."""
    return str(uuid.uuid5(SPACE, f"{name} {night.dt()}"))


def stage(number, ms, rows_in, rows_out, *below):
    return {"StageId": number, "State": "FINISHED", "ExecutionTime": ms, "InputRows": rows_in, "OutputRows": rows_out,
            "InputBytes": rows_in * 24, "OutputBytes": rows_out * 24, "SubStages": list(below), "QueryStagePlan": {
                "Name": "Aggregate", "Identifier": "[dt]", "Children": [{"Name": "ScanFilter", "Identifier": "[table = sales.orders]",
                                                                        "Children": [], "RemoteSources": []}], "RemoteSources": []}}


def seed(night, region):
    """-> the ids that `serve` tells."""
    athena = region.athena
    athena.add_workgroup("primary")
    athena.add_workgroup("analytics")
    athena.add_workgroup("adhoc", EnforceWorkGroupConfiguration=True, BytesScannedCutoffPerQuery=10_000_000_000)
    for days_ago in range(7, 0, -1):
        good = query_id(f"report {days_ago}", night)
        athena.add(good, REPORT.format(dt=night.dt(days_ago)), night.at(3, 15, 2, days_ago), "SUCCEEDED", 6.4, "analytics")
        athena.executions[good]["Statistics"]["DataScannedInBytes"] = 18_874_368
        athena.results[good] = ["dt", "orders", "revenue"], [[night.dt(days_ago), "2004", f"{98000 + days_ago * 31}.25"]]
        athena.stages[good] = {"Rows": {"InputRows": 2004, "InputBytes": 48096, "OutputRows": 1, "OutputBytes": 24},
                               "OutputStage": stage(0, 90, 5, 1, stage(1, 5100, 2004, 5))}
    report, daily = query_id("report", night), query_id("daily", night)
    stopped, large = query_id("stopped", night), query_id("large", night)
    athena.add(report, REPORT.format(dt=night.dt()), night.at(3, 15, 2), "FAILED", 9.8, "analytics",
               SLOW.format(dt=night.dt()), (1, 1403, True))
    athena.add(daily, DAILY.format(dt=night.dt()), night.at(3, 16), "FAILED", 4.1, "analytics", SLOW.format(dt=night.dt()),
               (1, 1403, True))
    athena.add(stopped, "SELECT * FROM sales.orders o CROSS JOIN sales.customers c", night.at(3, 40), "CANCELLED", 310,
               "analytics", "Query cancelled by user")
    athena.add(large, "SELECT * FROM sales.orders", night.at(3, 50), "CANCELLED", 44, "adhoc", "Bytes scanned limit was exceeded")
    athena.executions[large]["Statistics"]["DataScannedInBytes"] = 10_000_000_000
    region.trail.add(night.at(3, 45, 9), "StopQueryExecution", "athena.amazonaws.com", KIM, {"queryExecutionId": stopped},
                     agent="Mozilla/5.0 console.amazonaws.com")
    return {"query_id": report, "insert_query_id": daily, "stopped_query_id": stopped, "large_query_id": large,
            "workgroup": "analytics", "good_query_id": query_id("report 1", night)}
