/* The mock cluster of tests/kafka/mock_cluster.c, running beside a test: brokers without Java, on loopback. */
#ifndef LW_TESTS_KAFKA_MOCK_H
#define LW_TESTS_KAFKA_MOCK_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct kafka_mock {
    pid_t pid;
    FILE *commands, *answers;
    char address[128]; /* for "bootstrap" */
};

/* The path of a program of this build, from its top ("lakewarden-kafka"). Static storage. */
const char *kafka_mock_program(const char *name);

/* Starts it; aborts where it cannot. */
void kafka_mock_start(struct kafka_mock *m);
void kafka_mock_stop(struct kafka_mock *m);

/* Sends a command (see mock_cluster.c) and waits for its answer; returns the number in it, or 0 for "done", -1 for not. */
int64_t kafka_mock_do(struct kafka_mock *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
