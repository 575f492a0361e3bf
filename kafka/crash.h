/* Named points at which the tests' build of the worker kills itself, to show that a replay survives it. In the ordinary
   build they are nothing.

   The job's `crash_file` has one line for each child's life, "POINT N": the process dies when it comes to that point for
   the Nth time. A life takes the first line out of the file, so that its successor meets the next. With "in_commit"
   N is the microseconds between the sending of the commit and the death. */
#ifndef LW_KAFKA_CRASH_H
#define LW_KAFKA_CRASH_H

/* Reads this life's line; without a file or line nothing will happen. */
void crash_plan(const char *path);

/* Dies here if this life is to. */
void crash_at(const char *point);

/* As crash_at, from another thread and the planned time later. */
void crash_during(const char *point);

#ifndef KAFKA_CRASH_POINTS
#define crash_plan(path) ((void)(path))
#define crash_at(point) ((void)0)
#define crash_during(point) ((void)0)
#endif

#endif
