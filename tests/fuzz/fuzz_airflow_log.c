/* Any bytes as what Airflow logged: lines are clean and of bounded length, traces are folded from within them, and names of streams
   read back as what they were made of. */
#include "tests/fuzz/fuzz.h"

#include "base/own.h"
#include "base/text.h"
#include "tools/airflow/lines.h"
#include "tools/airflow/streams.h"

#include <string.h>

static void check_line(const struct log_line *line)
{
    MUST(line->len == strlen(line->text) && line->len <= LOG_LINE_MAX * 3);
    MUST(text_is_utf8(line->text, line->len));
    for (size_t i = 0; i < line->len; i++)
        MUST((unsigned char)line->text[i] >= ' ' || line->text[i] == '\t');
}

static void check_trace(const struct log_lines *lines, size_t near)
{
    size_t root = SIZE_MAX;
    json_auto_t *trace = log_exception(lines, near, &root);
    MUST(!trace || root < lines->count);
    MUST(json_array_size(json_object_get(trace, "frames")) <= 15);
}

static void read_stream(const char *name)
{
    char *run = NULL, *task = NULL;
    int index = -1, attempt = 0;
    if (stream_parse(name, &run, &task, &index, &attempt))
        MUST(run && task && attempt >= 0);
    free(run);
    free(task);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_free char *text = xmemdup(data, size);
    auto_log_lines struct log_lines lines = {0};
    const char *half = text + size / 2;
    airflow_lines_add(&lines, "one", 1000, text, size);
    airflow_lines_add(&lines, "one", -1, half, size - size / 2); /* as if it had been cut */
    log_lines_sort(&lines);
    MUST(lines.count <= LOG_LINES_MAX);
    for (size_t i = 0; i < lines.count; i++)
        check_line(&lines.items[i]);
    check_trace(&lines, SIZE_MAX);
    for (size_t i = 0; i < lines.count && i < 50; i++)
        check_trace(&lines, i);
    read_stream(text);
    return 0;
}
