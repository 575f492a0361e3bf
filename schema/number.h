/* Numbers as JSON means them: 1 and 1.0 are the same, and 0.3 is a multiple of 0.1. Inside schema/ only. */
#ifndef LW_SCHEMA_NUMBER_H
#define LW_SCHEMA_NUMBER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* digits * 10^exponent, without trailing zeros in `digits`; the sign is left out. */
struct decimal {
    uint64_t digits;
    int exponent;
};

/* Less than, equal to or greater than 0 as a is to b. Exact, also between integers and reals. */
int number_compare(const json_t *a, const json_t *b);

/* Whether it has no fraction: an integer, or a real such as 1.0 (JSON Schema 2020-12, core 4.2.3). */
bool number_is_whole(const json_t *v);

/* The shortest decimal that reads back as this number: what its author most likely wrote. */
struct decimal number_decimal(const json_t *v);

/* Whether `value` is a whole multiple of `unit`, whose digits are not 0. Exact for any two decimals. */
bool decimal_divides(struct decimal unit, struct decimal value);

/* The same for numbers that number_compare holds for equal. */
uint64_t number_hash(const json_t *v);

#endif
