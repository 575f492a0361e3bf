/* What the programs here share: a JSON object a line on stdin, what comes of it a line on stdout. */
#ifndef LW_TESTS_GOLDEN_RUNNER_H
#define LW_TESTS_GOLDEN_RUNNER_H

#include "aws/operation.h"
#include "base/err.h"

#include <jansson.h>

/* What comes of one line, new; NULL and `e` is printed as {"error": text}. */
typedef json_t *runner_fn(void *ctx, const json_t *in, struct err *e);

/* Answers all lines. Returns what main returns: 1 where a line is no JSON. */
int runner_main(runner_fn *answer, void *ctx);

/* NULL with `e` when there is none. */
const struct aws_operation *runner_operation(const json_t *in, struct err *e);

#endif
