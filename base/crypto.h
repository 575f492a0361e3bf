/* libcrypto's start, done once. */
#ifndef LW_BASE_CRYPTO_H
#define LW_BASE_CRYPTO_H

/* Loads libcrypto's algorithms unless that has been done. OpenSSL 3.0 can lose its providers when two threads use it
   for the first time at once, so whoever may be the first calls this before. Not done at the start of the program:
   it costs an idle server 2 MiB. Any thread; cheap after the first call. */
void crypto_ready(void);

#endif
