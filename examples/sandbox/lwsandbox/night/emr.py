"""EMR in the night: the report that found no curated orders, features that S3 slowed down, and a driver that was too small."""
import gzip
import hashlib

from .. import s3
from . import lake
from .parquet import orders_file

LOGS = "aws-logs-123456789012-us-east-1"
CLUSTER, APPLICATION, VIRTUAL = "j-2NIGHTLYLAKE1", "00flakenight01", "lakeeksnight0000000001"
ROLE = "arn:aws:iam::123456789012:role/acme-emr-etl"
NIGHTS, REPORT_S = 14, 214
YARN_EPOCH = "1790000000000"
PASSWORD = "Wint3r-Sun!9"  # a secret of the night: it must never leave a tool


def _short(text, n):
    return hashlib.sha256(text.encode()).hexdigest()[:n]


def step_id(night, days_ago=0):
    return "s-" + _short(f"report {night.dt(days_ago)}", 14).upper()


def seed(night, region):
    """-> what `serve` tells about EMR."""
    s3.create_bucket(LOGS)
    _curated_orders(night)
    _cluster(night, region.emr)
    features = _serverless(night, region.emr_serverless)
    churn = _eks(night, region.emr_containers)
    return {"emr_cluster_id": CLUSTER, "emr_step_id": step_id(night), "emr_application_id": APPLICATION,
            "emr_job_run_id": features, "emr_virtual_cluster_id": VIRTUAL, "emr_eks_job_run_id": churn}


def _put(key, lines, when):
    text = "".join(f"{line}\n" for line in lines)
    s3.put_object(LOGS, key, gzip.compress(text.encode(), mtime=0), when)


def _curated_orders(night):
    """What the load left in the nights before; of this night there is nothing, since it failed."""
    for days_ago in range(NIGHTS, 0, -1):
        s3.put_object(lake.CURATED, f"orders/dt={night.dt(days_ago)}/part-00000.parquet", orders_file(400, 1, 0),
                      night.at(2, 17, days_ago=days_ago))
        s3.put_object(lake.CURATED, f"orders/dt={night.dt(days_ago)}/_SUCCESS", b"", night.at(2, 17, 4, days_ago))


def _arguments(day):
    return ["spark-submit", "--deploy-mode", "cluster", "--conf", "spark.executor.memory=4g",
            f"s3://{lake.CURATED}/scripts/orders_report.py", "--dt", day, "--db_password", PASSWORD]


def _cluster(night, emr):
    emr.add_cluster(CLUSTER, created=night.at(9, 12, days_ago=41), Name="nightly-lake", LogUri=f"s3n://{LOGS}/elasticmapreduce/",
                    ServiceRole="EMR_DefaultRole")
    emr.instances[CLUSTER] = [
        {"Id": f"ci-{n:014d}", "Ec2InstanceId": f"i-0{n:016d}", "InstanceType": "r5.xlarge", "Market": market,
         "PrivateIpAddress": f"172.31.40.{n + 10}", "Status": {"State": "RUNNING", "StateChangeReason": {}, "Timeline": {
             "CreationDateTime": night.at(9, 12, days_ago=41)}}}
        for n, market in enumerate(("ON_DEMAND", "ON_DEMAND", "SPOT", "SPOT"))]
    for days_ago in range(NIGHTS, 0, -1):
        emr.add_step(CLUSTER, step_id(night, days_ago), "COMPLETED", night.at(3, 24, 2, days_ago), REPORT_S + days_ago % 5 * 7,
                     Name="orders-report", ExecutionRoleArn=ROLE, ActionOnFailure="CANCEL_AND_WAIT",
                     Config={"Jar": "command-runner.jar", "Properties": {}, "Args": _arguments(night.dt(days_ago))})
    _failed_report(night, emr)


def _failed_report(night, emr):
    app, begun, known = f"application_{YARN_EPOCH}_0041", night.at(3, 24, 11), step_id(night)
    folder = f"elasticmapreduce/{CLUSTER}"
    message = (f'Exception in thread "main" org.apache.spark.SparkException: Application {app} finished with failed status')
    emr.add_step(CLUSTER, known, "FAILED", night.at(3, 24, 2), 71, Name="orders-report", ExecutionRoleArn=ROLE,
                 ActionOnFailure="CANCEL_AND_WAIT",
                 Config={"Jar": "command-runner.jar", "Properties": {}, "Args": _arguments(night.dt())},
                 Status={"FailureDetails": {"Reason": "Unknown Error.", "Message": message,
                                            "LogFile": f"s3://{LOGS}/{folder}/steps/{known}/stderr.gz"}},
                 AdditionalInfo={"ResourceManagerApplicationIds": [app]})
    later = night.at(3, 29)
    stamp = begun.strftime("%y/%m/%d 03:%M")
    _put(f"{folder}/steps/{known}/controller.gz", [
        f"{begun:%Y-%m-%dT%H:%M:%S}.104Z INFO Ensure step 15 jar file command-runner.jar",
        f"INFO startExec 'hadoop jar command-runner.jar {' '.join(_arguments(night.dt()))}'",
        f"{begun:%Y-%m-%d}T03:25:22.377Z INFO waitProcessCompletion ended with exit code 1",
        f"{begun:%Y-%m-%d}T03:25:22.402Z WARN Step failed with exitCode 1 and took 71 seconds"], later)
    _put(f"{folder}/steps/{known}/stderr.gz", [
        f"{stamp}:14 INFO DefaultNoHARMFailoverProxyProvider: Connecting to ResourceManager at ip-172-31-40-10:8032",
        f"{stamp}:16 INFO Client: Submitting application {app} to ResourceManager",
        *[f"{stamp}:{n} INFO Client: Application report for {app} (state: RUNNING)" for n in range(17, 59)],
        f"{begun:%y/%m/%d} 03:25:20 INFO Client: Application report for {app} (state: FINISHED)",
        f"{begun:%y/%m/%d} 03:25:21 ERROR Client: Application diagnostics message: User application exited with status 1",
        message, "\tat org.apache.spark.deploy.yarn.Client.run(Client.scala:1309)",
        "\tat org.apache.spark.deploy.SparkSubmit.main(SparkSubmit.scala)"], later)
    _driver(night, f"{folder}/containers/{app}/container_{YARN_EPOCH}_0041_01", begun, later)


def _driver(night, containers, begun, later):
    day, path = f"{begun:%y/%m/%d}", f"s3://{lake.CURATED}/orders/dt={night.dt()}"
    _put(f"{containers}_000001/stderr.gz", [
        f"{day} 03:24:31 INFO SparkContext: Running Spark version 3.5.2-amzn-1",
        f"{day} 03:24:33 INFO ApplicationMaster: driver arguments: --dt {night.dt()} --db_password {PASSWORD}",
        *[f"{day} 03:24:{34 + n} INFO YarnAllocator: Launching container container_{YARN_EPOCH}_0041_01_{n + 2:06d}"
          for n in range(8)],
        f"{day} 03:25:17 ERROR ApplicationMaster: User application exited with status 1",
        "Traceback (most recent call last):",
        '  File "/mnt/tmp/spark-7f6a/orders_report.py", line 48, in <module>',
        '    orders = spark.read.parquet(f"{source}/dt={day}")',
        '  File "/usr/lib/spark/python/lib/pyspark.zip/pyspark/sql/readwriter.py", line 544, in parquet',
        f"pyspark.errors.exceptions.captured.AnalysisException: [PATH_NOT_FOUND] Path does not exist: {path}.",
        f"{day} 03:25:18 INFO ShutdownHookManager: Shutdown hook called"], later)
    _put(f"{containers}_000001/stdout.gz", ["orders-report starts"], later)
    for n in (2, 3):
        _put(f"{containers}_{n:06d}/stderr.gz", [f"{day} 03:24:40 INFO CoarseGrainedExecutorBackend: Connected to driver",
                                                 f"{day} 03:25:18 INFO CoarseGrainedExecutorBackend: Driver commanded a shutdown"],
             later)


def _serverless(night, store):
    store.add_place(APPLICATION, name="lake-features", releaseLabel="emr-7.5.0", type="SPARK", state="STARTED",
                    arn=f"arn:aws:emr-serverless:us-east-1:123456789012:/applications/{APPLICATION}",
                    createdAt=night.at(9, days_ago=90), updatedAt=night.at(9, days_ago=90),
                    autoStartConfiguration={"enabled": True})
    for days_ago in range(5, -1, -1):
        store.runs[APPLICATION].append(_features(night, days_ago))
    known = store.runs[APPLICATION][-1]["jobRunId"]
    day = f"{night.at(3, 41):%y/%m/%d}"
    _put(f"serverless/applications/{APPLICATION}/jobs/{known}/SPARK_DRIVER/stderr.gz", [
        f"{day} 03:41:40 INFO SparkContext: Running Spark version 3.5.2-amzn-1",
        *[f"{day} 03:4{2 + n // 60}:{n % 60:02d} INFO TaskSetManager: Finished task {n}.0 in stage 3.0 (TID {n})" for n in range(90)],
        f"{day} 03:44:02 WARN TaskSetManager: Lost task 91.2 in stage 3.0 (TID 99): com.amazonaws.services.s3.model."
        "AmazonS3Exception: Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown)",
        f"{day} 03:44:09 ERROR FileFormatWriter: Aborting job 5f0c.",
        "org.apache.spark.SparkException: Job aborted due to stage failure: Task 91 in stage 3.0 failed 4 times",
        "\tat org.apache.spark.scheduler.DAGScheduler.failJobAndIndependentStages(DAGScheduler.scala:2863)",
        "Caused by: com.amazonaws.services.s3.model.AmazonS3Exception: Please reduce your request rate. (Service: Amazon S3; "
        "Status Code: 503; Error Code: SlowDown; Request ID: 9TZ1)",
        "\tat com.amazonaws.http.AmazonHttpClient$RequestExecutor.handleErrorResponse(AmazonHttpClient.java:1912)"], night.at(3, 47))
    return known


def _features(night, days_ago):
    at, known, failed = night.at(3, 41, days_ago=days_ago), "00f" + _short(f"features {night.dt(days_ago)}", 13), days_ago == 0
    return {"applicationId": APPLICATION, "jobRunId": known, "name": "features", "createdBy": ROLE, "createdAt": at,
            "updatedAt": night.at(3, 44, 20, days_ago), "startedAt": night.at(3, 41, 30, days_ago),
            "endedAt": night.at(3, 44, 20, days_ago), "executionRole": ROLE, "releaseLabel": "emr-7.5.0", "attempt": 1,
            "arn": f"arn:aws:emr-serverless:us-east-1:123456789012:/applications/{APPLICATION}/jobruns/{known}",
            "state": "FAILED" if failed else "SUCCESS", "mode": "BATCH", "executionTimeoutMinutes": 720,
            "stateDetails": "Job failed, please check complete logs in configured logging destination. ExitCode: 1. Last few "
                            "exceptions: Job aborted due to stage failure: Task 91 in stage 3.0 failed 4 times" if failed else "",
            "configurationOverrides": {"monitoringConfiguration": {"s3MonitoringConfiguration": {
                "logUri": f"s3://{LOGS}/serverless"}}}, "tags": {"team": "lake"},
            "jobDriver": {"sparkSubmit": {"entryPoint": f"s3://{lake.CURATED}/scripts/features.py",
                                          "entryPointArguments": ["--dt", night.dt(days_ago)]}}}


def _eks(night, store):
    store.add_place(VIRTUAL, name="lake", state="RUNNING", createdAt=night.at(9, days_ago=90),
                    containerProvider={"type": "EKS", "id": "lake", "info": {"eksInfo": {"namespace": "lake"}}})
    known, at = "00e" + _short(f"churn {night.dt()}", 13), night.at(3, 5)
    store.runs[VIRTUAL].append({
        "id": known, "virtualClusterId": VIRTUAL, "name": "churn", "state": "FAILED", "clientToken": "airflow-churn",
        "arn": f"arn:aws:emr-containers:us-east-1:123456789012:/virtualclusters/{VIRTUAL}/jobruns/{known}", "createdAt": at,
        "finishedAt": night.at(3, 9), "createdBy": ROLE, "executionRoleArn": ROLE, "releaseLabel": "emr-7.5.0-latest",
        "failureReason": "USER_ERROR", "stateDetails": "Driver pod terminated with reason OOMKilled, exit code 137",
        "jobDriver": {"sparkSubmitJobDriver": {"entryPoint": f"s3://{lake.CURATED}/scripts/churn.py",
                                               "entryPointArguments": ["--dt", night.dt()]}},
        "configurationOverrides": {"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": f"s3://{LOGS}/eks"}}}})
    _put(f"eks/{VIRTUAL}/jobs/{known}/containers/spark-{known}/spark-{known}-driver/stderr.gz", [
        f"{at:%y/%m/%d} 03:05:40 INFO SparkContext: Running Spark version 3.5.2-amzn-1",
        f"{at:%y/%m/%d} 03:08:51 WARN MemoryManager: Total allocation exceeds 95.00% (1,020,054,720 bytes) of heap memory"],
        night.at(3, 10))
    return known
