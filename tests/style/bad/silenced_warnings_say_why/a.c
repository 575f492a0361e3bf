/* The library declares it without const. */
#pragma GCC diagnostic ignored "-Wcast-qual"

static int a __attribute__((unused)); /* bad */

static int b __attribute__((unused)); /* kept for its address */
