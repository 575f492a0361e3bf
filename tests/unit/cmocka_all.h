/* The headers cmocka wants, in the order it wants them. */
#ifndef LW_TESTS_CMOCKA_ALL_H
#define LW_TESTS_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
