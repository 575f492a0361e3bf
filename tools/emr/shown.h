/* Arguments and settings of steps and job runs, fit to be shown. */
#ifndef LW_TOOLS_EMR_SHOWN_H
#define LW_TOOLS_EMR_SHOWN_H

#include <jansson.h>

/* A copy of any value in which what follows or belongs to a secret's name is replaced: ["--password", "x"], "--token=x",
   {"Key": "db.password", "Value": "x"}, {"db.password": "x"}. New reference. */
json_t *emr_shown(const json_t *value);

#endif
