/* "Did you mean": how much one name looks like another. */
#ifndef LW_BASE_SIMILAR_H
#define LW_BASE_SIMILAR_H

#include <stddef.h>

/* Edits between two names (Levenshtein), where '_' and '-' are the same, and capitals and small letters. SIZE_MAX for names of
   more than 48 bytes. */
size_t similar_edits(const char *a, const char *b);

/* Edits that may lie between what was typed and what was meant: one more, and it is another word. */
size_t similar_most(const char *typed);

#endif
