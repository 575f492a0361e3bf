/* JSON that may leave a tool. */
#ifndef LW_TOOLS_CLEAN_H
#define LW_TOOLS_CLEAN_H

#include <jansson.h>
#include <stdbool.h>

/* A copy whose strings and keys are redacted and hold no control or invisible characters (redact_text). `by_key` also hides
   what a key that names a secret ("db_password") stands for, text, numbers or a list: for documents from strangers, whose keys
   are not ours. What lies deeper than JSON_DEPTH_CLIENT becomes null. New reference. */
json_t *clean_json(const json_t *value, bool by_key);

#endif
