/* What a process need not keep while it is idle. */
#ifndef LW_BASE_IDLE_H
#define LW_BASE_IDLE_H

/* Gives freed memory back to the system and, in a static program, takes its code and constants out of the address space: what
   a start or a TLS handshake ran would stay there for good, megabytes of it. The kernel has them in its cache of the file, and
   maps again what is used. To be called when something large is over: a start, a fetch. Takes less than a millisecond. Any
   thread, beside others that run. */
void idle_rest(void);

#endif
