/* The sub-commands, and what they share. */
#ifndef LW_CLI_COMMAND_H
#define LW_CLI_COMMAND_H

#include "base/err.h"
#include "base/http.h"
#include "base/settings.h"
#include "aws/aws.h"
#include "server/engine.h"
#include "tools/choice.h"
#include "tools/env.h"
#include "tools/registry.h"

#include <stddef.h>

/* Bits of setting.commands: which sub-commands a setting applies to. */
#define COMMAND_HTTP 1u
#define COMMAND_STDIO 2u
#define COMMAND_TOOLS 4u
#define COMMAND_CALL 8u
#define COMMAND_DOCTOR 16u
#define COMMAND_IAM 32u
#define COMMAND_ALL 63u

/* Exit codes, also in the help text. */
enum {
    EXIT_OK = 0,
    EXIT_FAILED = 1,    /* the call or a check failed */
    EXIT_USAGE = 2      /* the command line or the settings are wrong */
};

struct command_line {
    const struct settings *settings;
    const char *const *arguments; /* what is left behind the sub-command */
    size_t argument_count;
};

struct command {
    const char *name;
    unsigned bit;
    const char *usage;   /* arguments, for help */
    const char *summary;
    int (*run)(const struct command_line *line, struct err *e); /* exit code; -1 with `e` */
    /* adds to an error of the command line what may have been meant; NULL: nothing */
    void (*hint)(int argc, char *const *argv, struct err *e);
};

extern const struct command command_http, command_stdio, command_tools, command_call, command_doctor, command_iam;

/* The table of settings (settings_table.c). */
extern const struct setting settings_table[];
extern const size_t settings_table_count;

/* Everything a command that runs tools needs. Made in this order, ended in the reverse one. */
struct program {
    struct http *http;
    struct aws *aws;
    struct tool_env tool_env;
    struct tool_choice choice;
    const struct prompt *prompts[PROMPTS_MAX];
    const struct resource *resources[RESOURCES_MAX];
    struct engine *engine;
};

/* `serves_http`: over that, ids and states go out that clients bring back, perhaps to another instance. */
int program_init(struct program *p, const struct settings *s, bool serves_http, struct err *e);
void program_done(struct program *p);

/* Which tools are offered, as the settings say. Returns 0, or -1 with ERR_CONFIG. */
int program_choice(const struct settings *s, struct tool_choice *out, struct err *e);

/* What may be changed, as the settings say: nothing where no tool is offered that changes something. */
enum writes_mode program_writes(const struct settings *s, const struct tool_choice *choice);

/* Who we are to AWS, as the settings say. `http` is borrowed. NULL with ERR_CONFIG. */
struct aws *program_aws_new(struct http *http, const struct settings *s, struct err *e);

struct auth;

/* Who may call, as the settings say. `http` is borrowed. `told` may be NULL; else it gets a line for people on who checks
   callers, a new string. NULL with ERR_CONFIG. */
struct auth *program_auth_new(const struct settings *s, struct http *http, char **told, struct err *e);

/* Whether a person can be asked here: both stdin and stderr are a terminal. */
bool terminal_is_there(void);

/* Asks for a y or an n, as a client would that is sent a form with a box `confirm` (struct tool_call, ask); anything else cannot
   be asked here. Waits up to TERMINAL_WAIT_MS, which the call's deadline does not count. */
enum asked terminal_ask(const struct tool_call *call, const struct question *q, json_t **answer);
#define TERMINAL_WAIT_MS (5 * 60 * 1000)

#endif
