/* Builds the structs of aws/operation.h from a service model in JSON, as botocore's test cases carry it. */
#ifndef LW_TESTS_GOLDEN_MODEL_H
#define LW_TESTS_GOLDEN_MODEL_H

#include "aws/operation.h"

#include <jansson.h>

struct model;

/* `shapes` and `metadata` are borrowed until model_free. */
struct model *model_new(const json_t *metadata, const json_t *shapes);
void model_free(struct model *m);

/* The operation that a case's "given" describes. Lives as long as the model. */
const struct aws_operation *model_operation(struct model *m, const json_t *given);

#endif
