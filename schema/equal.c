#include "schema/equal.h"

#include "base/own.h"
#include "schema/number.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool strings_equal(const json_t *a, const json_t *b, struct work *w)
{
    size_t n = json_string_length(a);
    return n == json_string_length(b) && work_spend(w, n / 64) &&
           memcmp(json_string_value(a), json_string_value(b), n) == 0;
}

static bool arrays_equal(json_t *a, json_t *b, struct work *w)
{
    size_t n = json_array_size(a);
    if (n != json_array_size(b))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!value_equal(json_array_get(a, i), json_array_get(b, i), w))
            return false;
    return true;
}

static bool objects_equal(json_t *a, json_t *b, struct work *w)
{
    if (json_object_size(a) != json_object_size(b))
        return false;
    const char *key;
    json_t *member;
    json_object_foreach(a, key, member) {
        json_t *other = json_object_get(b, key);
        if (!other || !value_equal(member, other, w))
            return false;
    }
    return true;
}

static bool same_kind_equal(json_t *a, json_t *b, struct work *w)
{
    switch (json_typeof(a)) {
    case JSON_STRING:
        return strings_equal(a, b, w);
    case JSON_ARRAY:
        return arrays_equal(a, b, w);
    case JSON_OBJECT:
        return objects_equal(a, b, w);
    default:
        return true; /* null, true, false */
    }
}

bool value_equal(json_t *a, json_t *b, struct work *w)
{
    if (!work_enter(w))
        return false;
    bool equal;
    if (json_is_number(a) && json_is_number(b))
        equal = number_compare(a, b) == 0;
    else
        equal = json_typeof(a) == json_typeof(b) && same_kind_equal(a, b, w);
    work_leave(w);
    return equal;
}

/* Spreads every bit over all of them (a multiply and shift mixer). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 29)) * UINT64_C(0xD6E8FEB86659FD93);
    return x ^ (x >> 32);
}

static uint64_t hash_bytes(const char *p, size_t n)
{
    uint64_t h = n;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * UINT64_C(0x100000001B3);
    return mix(h);
}

static uint64_t value_hash(json_t *v, struct work *w);

/* A sum, because the order of members means nothing. */
static uint64_t hash_object(json_t *v, struct work *w)
{
    uint64_t h = 0;
    const char *key;
    json_t *member;
    json_object_foreach(v, key, member) {
        size_t n = strlen(key);
        if (!work_spend(w, n / 64))
            break;
        h += mix(hash_bytes(key, n) + value_hash(member, w));
    }
    return h;
}

static uint64_t hash_inside(json_t *v, struct work *w)
{
    switch (json_typeof(v)) {
    case JSON_INTEGER:
    case JSON_REAL:
        return mix(number_hash(v) + 1);
    case JSON_STRING:
        return work_spend(w, json_string_length(v) / 64) ? hash_bytes(json_string_value(v), json_string_length(v)) : 0;
    case JSON_ARRAY: {
        uint64_t h = 2;
        for (size_t i = 0; i < json_array_size(v) && !w->over; i++)
            h = mix(h + value_hash(json_array_get(v, i), w));
        return h;
    }
    case JSON_OBJECT:
        return mix(hash_object(v, w) + 3);
    default:
        return mix((uint64_t)json_typeof(v) + 4);
    }
}

static uint64_t value_hash(json_t *v, struct work *w)
{
    if (!work_enter(w))
        return 0;
    uint64_t h = hash_inside(v, w);
    work_leave(w);
    return h;
}

struct entry {
    uint64_t hash;
    size_t index;
};

static int entry_order(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Items with one hash are nearly always equal; where a stranger made them collide, the steps run out. */
bool value_unique(json_t *array, struct work *w, size_t *first, size_t *second)
{
    size_t n = json_array_size(array);
    if (n < 2 || !work_spend(w, n))
        return true;
    auto_free struct entry *entries = xcalloc(n, sizeof *entries);
    for (size_t i = 0; i < n && !w->over; i++)
        entries[i] = (struct entry){value_hash(json_array_get(array, i), w), i};
    if (w->over)
        return true;
    qsort(entries, n, sizeof *entries, entry_order);
    for (size_t i = 0; i + 1 < n; i++) {
        for (size_t j = i + 1; j < n && entries[j].hash == entries[i].hash && !w->over; j++) {
            if (value_equal(json_array_get(array, entries[i].index), json_array_get(array, entries[j].index), w)) {
                *first = entries[i].index;
                *second = entries[j].index;
                return false;
            }
        }
    }
    return true;
}
