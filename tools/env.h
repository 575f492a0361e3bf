/* What the product's tools share: the `env` of a tool_call. */
#ifndef LW_TOOLS_ENV_H
#define LW_TOOLS_ENV_H

#include "aws/aws.h"
#include "tools/choice.h"
#include "tools/claims.h"
#include "tools/kafka/access.h"
#include "tools/servicenow/servicenow.h"
#include "tools/names.h"

/* Of --writes: nothing is changed; a person is asked each time; what the checks let through is done. */
enum writes_mode { WRITES_DENY, WRITES_CONFIRM, WRITES_ALLOW };

struct tool_env {
    struct aws *aws;
    const struct tool_choice *choice; /* NULL: all tools are offered */
    struct claims *claims;   /* never NULL */
    struct names *names;     /* never NULL */
    struct servicenow *servicenow; /* NULL: none configured */
    const char *rca_bucket;  /* --rca-bucket; NULL: no root-cause documents are kept */
    const char *rca_prefix;  /* --rca-prefix: of their keys */
    struct kafka_access kafka;
    enum writes_mode writes;
};

#endif
