/* The prompts and resources that the tests give the engine. */
#ifndef LW_TESTS_WIRE_FIXTURE_OFFERS_H
#define LW_TESTS_WIRE_FIXTURE_OFFERS_H

#include "tools/offer.h"

#include <stddef.h>

/* fail, greet (name, mood: completed). */
extern const struct prompt *const fixture_prompts[];
extern const size_t fixture_prompt_count;

/* bytes, plain, and note: fixture://shelf/{shelf}/note-{id}, where the ids "gone" and "fire" cannot be read. */
extern const struct resource *const fixture_resources[];
extern const size_t fixture_resource_count;

#endif
