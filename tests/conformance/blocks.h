/* Content blocks of tool answers and prompt messages. All are new references and never NULL. */
#ifndef LW_TESTS_CONFORMANCE_BLOCKS_H
#define LW_TESTS_CONFORMANCE_BLOCKS_H

#include "tools/tool.h"

#include <jansson.h>

/* A PNG of one red pixel, and a WAV of eight silent samples; base64. */
extern const char red_pixel_png[];
extern const char silence_wav[];

/* TextContent of printf-like text. */
json_t *block_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ImageContent with the red pixel. */
json_t *block_image(void);

/* EmbeddedResource with text of that kind. */
json_t *block_resource(const char *uri, const char *mime_type, const char *text);

/* Makes the block all there is to an answer; takes it over. Always returns 0, so that `return answer_with(...)` ends a tool. */
int answer_with(struct tool_answer *out, json_t *block);

/* The same for an answer that says what went wrong. */
int answer_error(struct tool_answer *out, json_t *block);

#endif
