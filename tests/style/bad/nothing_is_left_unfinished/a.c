/* The whole to-do list is short. */
/* TODO bad */
// FIXME: bad
