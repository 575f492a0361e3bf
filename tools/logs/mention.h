/* What a line of a log names that runs elsewhere, in the words of Amazon's provider for Airflow, of boto3 and of people. Each
   returns NULL where the line names none; free what it returns with free(). */
#ifndef LW_TOOLS_LOGS_MENTION_H
#define LW_TOOLS_LOGS_MENTION_H

#include <stddef.h>

#define MENTION_MAX 255 /* bytes; nothing longer is a name */

/* A word of its own that begins with `prefix` and goes on with `least` or more of `charset`. */
char *mention_shaped(const char *line, const char *prefix, const char *charset, size_t least);

/* The word behind `marker`, without quotes and what ends a sentence. */
char *mention_after(const char *line, const char *marker);

/* The word behind the first of `n` markers that has one. */
char *mention_after_any(const char *line, const char *const *markers, size_t n);

/* A run of a Glue job, "jr_...", and the name of a Glue job. */
char *mention_glue_run(const char *line);
char *mention_glue_job(const char *line);

/* The id of a query of Athena. */
char *mention_query(const char *line);

#endif
