/* Tests that are data: each file of a folder is an array of cases, each case becomes a test of its own. */
#ifndef LW_TESTS_AUTH_CASES_H
#define LW_TESTS_AUTH_CASES_H

/* Runs `test` once for each case of each *.json file in `folder` (under the source root), with the case as its state.
   Returns the number of failures; a folder without cases is one. */
int cases_run(const char *folder, void (*test)(void **state));

#endif
