/* The file format of ~/.aws/config and ~/.aws/credentials: sections, keys, and one level of nested keys. */
#ifndef LW_AWS_CONFIG_FILE_H
#define LW_AWS_CONFIG_FILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_FILE_MAX (1024 * 1024)

/* How section headers are read: "[profile x]", "[default]", "[services x]"; or "[x]", each the profile of that
   name. */
enum config_kind { CONFIG_KIND_CONFIG, CONFIG_KIND_CREDENTIALS };

struct config_file;

/* Reads `n` bytes; `shown` is what errors call the file. Keys are case-insensitive. "#" and ";" open a comment
   at the start of a line or behind a blank. A line indented deeper than the key above it belongs to that key:
   nested "key = value" where that has no value of its own, else more of its value. Fails with ERR_CONFIG and
   the line's number (never its text: it may be a secret) on a header without "]", a line without "=", a key
   before any section, a section or key given twice, a NUL; ERR_TOO_LARGE beyond CONFIG_FILE_MAX. NULL then. */
struct config_file *config_parse(const char *text, size_t n, enum config_kind kind, const char *shown,
                                 struct err *e);

/* Overwrites what it holds. Accepts NULL. */
void config_free(struct config_file *f);

/* Whether there is a section: type "profile" or "services", and its name. */
bool config_has(const struct config_file *f, const char *type, const char *name);

/* A value, or NULL when absent or empty. `sub` NULL for a plain key, else the nested key below `key`. Borrowed. */
const char *config_value(const struct config_file *f, const char *type, const char *name, const char *key,
                         const char *sub);

/* Name of the i-th profile, or NULL behind the last. Borrowed. */
const char *config_profile(const struct config_file *f, size_t i);

#endif
