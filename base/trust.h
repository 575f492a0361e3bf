/* Which certificate authorities outgoing connections trust: a bundle in PEM form. A library has one path compiled in, which
   is right on the distribution it was built for; a program that runs on any of them has to look. */
#ifndef LW_BASE_TRUST_H
#define LW_BASE_TRUST_H

#include "base/err.h"

/* The bundle that somebody named: `given`, else $SSL_CERT_FILE. `*path` gets a new string, or NULL where neither names one.
   ERR_CONFIG when the file cannot be read: another one in its place would not be what was asked for. */
int trust_named(const char *given, char **path, struct err *e);

/* The bundle of the distribution: the first of the places below that can be read, as a new string; NULL when there is none.
   `root` stands before each place: "", or the folder of a test. */
char *trust_system(const char *root);

/* Says in `e` (ERR_CONFIG) that there is none, where it was looked for, and what to do. Returns -1. */
int trust_missing(struct err *e);

#endif
