#include "tools/athena/errors.h"

#include "base/own.h"

#define TYPE(a, b, words, means, heavy)                                                                      \
    {                                                                                                        \
        (a), (b), (words), "athena:type-" #a, (means), (heavy)                                               \
    }

/* Sorted by number. Numbers that only say that something failed weigh little: the message knows more. */
static const struct athena_error_type types[] = {
    TYPE(0, 8, "query exhausted resources at this scale factor", CAUSE_OOM, 88),
    TYPE(100, 100, "internal service error", CAUSE_SERVICE_FAULT, 80),
    TYPE(200, 202, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(203, 203, "driver error", CAUSE_SERVICE_FAULT, 55),
    TYPE(204, 204, "error of the metastore", CAUSE_SERVICE_FAULT, 62),
    TYPE(205, 205, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(206, 206, "query timed out", CAUSE_TIMEOUT, 93),
    TYPE(207, 208, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(209, 209, "failed to cancel the query", CAUSE_SERVICE_FAULT, 55),
    TYPE(210, 210, "query timed out", CAUSE_TIMEOUT, 93),
    TYPE(211, 232, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(233, 233, "Iceberg error", CAUSE_UNKNOWN, 0),
    TYPE(234, 234, "Lake Formation error", CAUSE_PERMISSION, 72),
    TYPE(235, 236, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(237, 237, "serialization error", CAUSE_DATA_CORRUPT, 50),
    TYPE(238, 238, "failed to upload metadata to S3", CAUSE_SERVICE_FAULT, 55),
    TYPE(239, 239, "general persistence error", CAUSE_SERVICE_FAULT, 55),
    TYPE(240, 240, "failed to submit the query", CAUSE_SERVICE_FAULT, 75),
    TYPE(300, 303, "internal service error", CAUSE_SERVICE_FAULT, 75),
    TYPE(400, 400, "internal service error", CAUSE_SERVICE_FAULT, 75),
    TYPE(401, 402, "failed to write query results to S3", CAUSE_CONFIG, 50),
    TYPE(1000, 1000, "user error", CAUSE_UNKNOWN, 0),
    TYPE(1001, 1002, "data error", CAUSE_DATA_CORRUPT, 58),
    TYPE(1003, 1003, "DDL task failed", CAUSE_UNKNOWN, 0),
    TYPE(1004, 1004, "schema error", CAUSE_SCHEMA, 80),
    TYPE(1005, 1005, "serialization error", CAUSE_DATA_CORRUPT, 58),
    TYPE(1006, 1006, "syntax error", CAUSE_SYNTAX, 84),
    TYPE(1007, 1007, "data error", CAUSE_DATA_CORRUPT, 58),
    TYPE(1008, 1008, "query rejected", CAUSE_CONFIG, 45),
    TYPE(1009, 1009, "query failed", CAUSE_UNKNOWN, 0),
    TYPE(1010, 1010, "internal service error", CAUSE_SERVICE_FAULT, 75),
    TYPE(1011, 1011, "query cancelled by user", CAUSE_USER_CANCELLED, 92),
    TYPE(1012, 1013, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(1014, 1014, "query cancelled by user", CAUSE_USER_CANCELLED, 92),
    TYPE(1100, 1100, "invalid argument", CAUSE_CODE_ERROR, 70),
    TYPE(1101, 1101, "invalid property", CAUSE_CONFIG, 78),
    TYPE(1102, 1102, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(1103, 1103, "invalid table property", CAUSE_CONFIG, 80),
    TYPE(1104, 1105, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(1106, 1106, "invalid function argument", CAUSE_CODE_ERROR, 78),
    TYPE(1107, 1107, "invalid view", CAUSE_SCHEMA, 84),
    TYPE(1108, 1108, "failed to register a function", CAUSE_CODE_ERROR, 75),
    TYPE(1109, 1109, "S3 path not found", CAUSE_DATA_MISSING, 90),
    TYPE(1110, 1110, "table or view does not exist", CAUSE_NOT_FOUND, 90),
    TYPE(1200, 1200, "query not supported", CAUSE_CODE_ERROR, 82),
    TYPE(1201, 1201, "decoder not supported", CAUSE_CONFIG, 78),
    TYPE(1202, 1202, "query type not supported", CAUSE_CODE_ERROR, 82),
    TYPE(1300, 1301, "entity not found", CAUSE_NOT_FOUND, 70),
    TYPE(1302, 1302, "file not found", CAUSE_DATA_MISSING, 88),
    TYPE(1303, 1303, "function not found", CAUSE_NOT_FOUND, 86),
    TYPE(1304, 1305, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(1306, 1306, "S3 bucket not found", CAUSE_NOT_FOUND, 90),
    TYPE(1307, 1307, "engine not found", CAUSE_CONFIG, 84),
    TYPE(1308, 1308, "internal error of the query engine", CAUSE_SERVICE_FAULT, 70),
    TYPE(1400, 1400, "throttling", CAUSE_THROTTLING, 90),
    TYPE(1401, 1401, "throttled by AWS Glue", CAUSE_THROTTLING, 93),
    TYPE(1402, 1402, "too many versions of the table in AWS Glue", CAUSE_CONFIG, 92),
    TYPE(1403, 1403, "throttled by S3", CAUSE_THROTTLING, 93),
    TYPE(1404, 1406, "throttled by Athena", CAUSE_THROTTLING, 93),
    TYPE(1500, 1500, "permission error", CAUSE_PERMISSION, 90),
    TYPE(1501, 1501, "S3 permission error", CAUSE_PERMISSION, 92),
    TYPE(1602, 1602, "reserved capacity exceeded", CAUSE_CAPACITY, 92),
    TYPE(1700, 1700, "internal error of Lake Formation", CAUSE_SERVICE_FAULT, 85),
    TYPE(1701, 1701, "internal error of AWS Glue", CAUSE_SERVICE_FAULT, 85),
    TYPE(9999, 9999, "internal service error", CAUSE_SERVICE_FAULT, 75),
};

const struct athena_error_type *athena_error_type(int64_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (type >= types[i].first && type <= types[i].last)
            return &types[i];
    }
    return NULL;
}

const char *athena_error_category(int64_t category)
{
    static const char *const names[] = {"unknown", "system", "user", "other"};
    return category >= 1 && category <= 3 ? names[category] : names[0];
}
