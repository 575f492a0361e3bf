/* Paths in S3 as people and error messages write them. */
#ifndef LW_TOOLS_S3_PATH_H
#define LW_TOOLS_S3_PATH_H

#include <stdbool.h>

#define S3_KEY_MAX 1024 /* bytes of an object's key (S3 user guide, "Naming Amazon S3 objects") */

/* The first path in a text, as "s3://bucket/key": "...does not exist: s3a://b/k/;" gives "s3://b/k/". NULL when there is none.
   Free it. */
char *s3_path_in(const char *text);

/* Takes "s3://bucket/key" (or s3a, s3n) apart; the key may be "". Returns false when it is none, or longer than a key may be;
   both are to be freed. */
bool s3_path_split(const char *path, char **bucket, char **key);

#endif
