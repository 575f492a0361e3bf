/* What a check says about a value that does not fit. Inside schema/ only. */
#ifndef LW_SCHEMA_FAULT_H
#define LW_SCHEMA_FAULT_H

#include "schema/node.h"
#include "schema/place.h"

#include <stdbool.h>
#include <stddef.h>

struct check;

/* What struct err holds, less room for the mark of a cut. */
#define FAULTS_TEXT_MAX 504

/* Whether there is no point in looking for more faults after one was found. */
bool faults_end(const struct check *c);

/* Records "pointer: text" unless the check is quiet. Returns false, so that `return fault(...)` ends a check; so do
   all below. */
bool fault(struct check *c, const struct place *at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* "expected WHAT, got VALUE" */
bool fault_got(struct check *c, const struct place *at, const char *what, const json_t *got);

/* Each names the keyword's demand: "at least 3", "at most 2 items", "text that matches ^a", "a string or null"... */
bool fault_bound(struct check *c, const struct place *at, const char *words, const json_t *bound, const json_t *got);
bool fault_count(struct check *c, const struct place *at, const struct range *wanted, const char *what, size_t count);
bool fault_pattern(struct check *c, const struct place *at, const struct pattern *wanted, const json_t *got);
bool fault_types(struct check *c, const struct place *at, unsigned types, const json_t *got);
bool fault_constant(struct check *c, const struct place *at, const json_t *wanted, const json_t *got);
bool fault_choices(struct check *c, const struct place *at, const json_t *choices, const json_t *got);
bool fault_no_branch(struct check *c, const struct place *at, const struct node_list *list, const json_t *got);
bool fault_many_branches(struct check *c, const struct place *at, const struct node_list *list, const json_t *v);
bool fault_negated(struct check *c, const struct place *at, const struct node *unwanted, const json_t *v);
bool fault_contained(struct check *c, const struct place *at, const struct node *wanted, const json_t *v);
bool fault_twins(struct check *c, const struct place *at, const json_t *array, size_t first, size_t second);
bool fault_member_name(struct check *c, const struct place *at, const struct node *wanted, const json_t *name);
bool fault_unknown_member(struct check *c, const struct place *at, const struct node *n);

/* Bytes a description may take, with its NUL. */
#define DESCRIPTION_MAX 200

/* What a schema wants, in a few words: `a string of at most 3 characters`, `one of "a", "b"`. */
const char *describe_node(const struct node *n, char text[DESCRIPTION_MAX]);

/* What several schemas want: `a string or an integer`. */
const char *describe_list(const struct node_list *list, char text[DESCRIPTION_MAX]);

/* The types of a mask: `a string or null`. */
const char *describe_types(unsigned types, char text[DESCRIPTION_MAX]);

/* The values of an enum: `one of "a", "b"`, or the only one. */
const char *describe_choices(const json_t *choices, char text[DESCRIPTION_MAX]);

/* The member names an object may have: `allowed are a, b, c`. */
const char *describe_members(const struct node *n, char text[DESCRIPTION_MAX]);

#endif
