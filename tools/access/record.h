/* One line of a bucket's access log (Amazon S3 User Guide, "Amazon S3 server access log format"). */
#ifndef LW_TOOLS_ACCESS_RECORD_H
#define LW_TOOLS_ACCESS_RECORD_H

#include <stdint.h>

enum access_field {
    ACCESS_OWNER,
    ACCESS_BUCKET,
    ACCESS_TIME,
    ACCESS_REMOTE_IP,
    ACCESS_REQUESTER,
    ACCESS_REQUEST_ID,
    ACCESS_OPERATION,
    ACCESS_KEY,
    ACCESS_REQUEST_URI,
    ACCESS_STATUS,
    ACCESS_ERROR_CODE,
    ACCESS_BYTES_SENT,
    ACCESS_OBJECT_SIZE,
    ACCESS_TOTAL_TIME,
    ACCESS_TURNAROUND,
    ACCESS_REFERER,
    ACCESS_USER_AGENT,
    ACCESS_VERSION_ID,
    ACCESS_HOST_ID,
    ACCESS_SIGNATURE,
    ACCESS_CIPHER,
    ACCESS_AUTH_TYPE,
    ACCESS_HOST_HEADER,
    ACCESS_TLS,
    ACCESS_POINT_ARN,
    ACCESS_ACL_REQUIRED,
    ACCESS_FIELDS
};

struct access_record {
    const char *fields[ACCESS_FIELDS]; /* into the line; "" where the log has "-" or nothing */
    char *key; /* as the object is called: the log has it percent-encoded twice. Owned */
    int64_t at_ms;
    int status; /* 0 where there is none */
};

/* "bucket_owner", "operation", ... as the fields are shown. */
const char *access_field_name(enum access_field f);

/* Takes a line apart, which is written to and must outlive the record. Quoted fields may hold \" and blanks; fields that the
   format does not have yet are passed over, and those that old logs do not have are "". Returns 0, or -1 when it is no record. */
int access_parse(char *line, struct access_record *out);
void access_record_done(struct access_record *r);
#define auto_access_record __attribute__((cleanup(access_record_done)))

#endif
