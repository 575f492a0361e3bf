/* Settings to who we are to AWS. */
#include "cli/command.h"

struct aws *program_aws_new(struct http *http, const struct settings *s, struct err *e)
{
    struct aws_options o = {
        .http = http,
        .region = settings_str(s, "region"),
        .profile = settings_str(s, "profile"),
        .credential_process = settings_flag(s, "credential-process"),
        .external_id = settings_str(s, "role-external-id"),
    };
    o.read_role_count = settings_list(s, "read-role-arn", &o.read_roles);
    o.write_role_count = settings_list(s, "write-role-arn", &o.write_roles);
    o.allowed_region_count = settings_list(s, "allowed-region", &o.allowed_regions);
    return aws_new(&o, e);
}
