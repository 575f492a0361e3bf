#include "schema/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

static int compare_reals(double a, double b)
{
    return (a > b) - (a < b);
}

/* A cast of either side could round, and then two different numbers would be equal. */
static int compare_mixed(json_int_t i, double d)
{
    if (d >= 0x1p63)
        return -1;
    if (d < -0x1p63)
        return 1;
    json_int_t whole = (json_int_t)d;
    if (i != whole)
        return i < whole ? -1 : 1;
    return compare_reals(0.0, d - (double)whole);
}

int number_compare(const json_t *a, const json_t *b)
{
    if (json_is_integer(a) && json_is_integer(b)) {
        json_int_t x = json_integer_value(a), y = json_integer_value(b);
        return (x > y) - (x < y);
    }
    if (json_is_integer(a))
        return compare_mixed(json_integer_value(a), json_real_value(b));
    if (json_is_integer(b))
        return -compare_mixed(json_integer_value(b), json_real_value(a));
    return compare_reals(json_real_value(a), json_real_value(b));
}

bool number_is_whole(const json_t *v)
{
    return json_is_integer(v) || (json_is_real(v) && json_real_value(v) == floor(json_real_value(v)));
}

static struct decimal decimal_trim(uint64_t digits, int exponent)
{
    if (digits == 0)
        return (struct decimal){0};
    while (digits % 10 == 0) {
        digits /= 10;
        exponent++;
    }
    return (struct decimal){digits, exponent};
}

/* 15 digits always survive the way to a double and back, 17 always tell two doubles apart. */
static struct decimal decimal_of_real(double d)
{
    char text[40];
    d = fabs(d);
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, d);
        if (strtod(text, NULL) == d)
            break;
    }
    /* D.DDDDe+XX: the point is dropped, and the exponent counted from behind the last digit */
    char *end = strchr(text, 'e');
    int exponent = (int)strtol(end + 1, NULL, 10) - (int)(end - text - 2);
    *end = '\0';
    memmove(text + 1, text + 2, strlen(text + 2) + 1);
    return decimal_trim(strtoull(text, NULL, 10), exponent);
}

struct decimal number_decimal(const json_t *v)
{
    if (json_is_real(v))
        return decimal_of_real(json_real_value(v));
    json_int_t i = json_integer_value(v);
    return decimal_trim(i < 0 ? 0 - (uint64_t)i : (uint64_t)i, 0);
}

bool decimal_divides(struct decimal unit, struct decimal value)
{
    if (value.digits == 0)
        return true;
    int shift = value.exponent - unit.exponent;
    if (shift < 0)
        return false; /* the quotient would need a 10 in value.digits, which has no trailing zero */
    uint64_t rest = value.digits % unit.digits;
    for (; shift > 0 && rest; shift--)
        rest = (uint64_t)((wide)rest * 10 % unit.digits);
    return rest == 0;
}

uint64_t number_hash(const json_t *v)
{
    double d = json_is_real(v) ? json_real_value(v) : 0.0;
    if (json_is_integer(v))
        return (uint64_t)json_integer_value(v);
    if (d >= -0x1p63 && d < 0x1p63 && d == floor(d))
        return (uint64_t)(json_int_t)d;
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits;
}
