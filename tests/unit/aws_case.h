/* Cases of tests/aws/, and the little world one of them runs in: a HOME of its own with the files it names. */
#ifndef LW_TESTS_AWS_CASE_H
#define LW_TESTS_AWS_CASE_H

#include "aws/aws_private.h"

#include <jansson.h>

/* The array in tests/aws/<name>.json, which has at least `floor` cases. New reference. Fails the test otherwise. */
json_t *aws_cases(const char *name, size_t floor);

struct aws_case {
    char home[256];
    struct aws *aws;
};

/* Members of `one`, all optional: env ["NAME=value"], config and credentials (texts of files), flag (--profile),
   region_flag (--region), read_roles and write_roles (lists of ARNs), external_id, allowed_regions (list), credential_process
   (flag). EC2's metadata is out of reach unless `env` has a variable of its own for it. In every text "$URL" is the peer's
   address (aws_case_open_with) and "$HOME" the folder. `files` {path below HOME: text} are written, too. */
void aws_case_open(struct aws_case *c, const json_t *one);

/* As aws_case_open, with something to send requests by and the peer's address (NULL: there is none). */
void aws_case_open_with(struct aws_case *c, const json_t *one, struct http *http, const char *url);

/* Writes ~/.aws/<name> anew, by renaming, as editors and key rotators do. */
void aws_case_write(const struct aws_case *c, const char *name, const char *text);

/* Frees all and removes the folder. */
void aws_case_close(struct aws_case *c);

#endif
