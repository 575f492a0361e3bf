"""Rules for C. Each takes a Source and yields (line, what is wrong)."""
import re

from sources import PRODUCT_FOLDERS, line_of

MAY_INCLUDE = {
    "base": ["base/"],
    "schema": ["base/", "schema/"],
    "auth": ["base/", "auth/"],
    "aws": ["base/", "aws/"],
    "tools": ["base/", "schema/", "aws/", "tools/"],
    "server": ["base/", "schema/", "auth/", "server/", "tools/tool.h", "tools/offer.h"],
    "kafka": ["base/", "kafka/"],
    "cli": [folder + "/" for folder in PRODUCT_FOLDERS if folder != "kafka"],
}
# The parts of one tool know what all share, not the parts of another; reading logs is shared too.
SHARED_TOOL_FOLDERS = ["logs"]

UNSAFE = ("strcpy strcat stpcpy sprintf vsprintf gets atoi atol atoll atof strtok sscanf scanf alloca "
          "system popen sleep usleep rand srand gmtime localtime ctime asctime tmpnam mktemp setlocale").split()
RAW_ALLOCATION = "malloc calloc realloc reallocarray strdup strndup".split()
MAX_COLUMNS = 130
KEYWORDS = {"if", "for", "while", "switch", "return", "sizeof", "do", "else"}


def includes_follow_the_layers(source):
    """base knows nothing of ours; schema, auth and aws know base; and so on up to cli."""
    allowed = MAY_INCLUDE.get(source.folder)
    if not allowed:
        return
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', source.text, re.MULTILINE):
        wanted, line = match.group(1), line_of(source.text, match.start(1))
        if "/" not in wanted:
            yield line, f'"{wanted}" is not written from the root'
        elif not any(wanted.startswith(prefix) for prefix in allowed):
            yield line, f'{source.folder}/ may not include "{wanted}"'
        elif not knows_its_own_tool(source.name, wanted):
            yield line, f'{source.name} may not include "{wanted}", a part of another tool'


def knows_its_own_tool(name, wanted):
    """False when a file of tools/<one>/ wants a header of tools/<another>/."""
    own, other = (path.split("/")[1] if path.count("/") == 2 and path.startswith("tools/") else None
                  for path in (name, wanted))
    return own is None or other in (None, own, *SHARED_TOOL_FOLDERS)


def calls_of(source, names):
    """Where one of these functions is called, not as a member nor as part of another name."""
    pattern = r"(?<![\w.>])(" + "|".join(names) + r")[ \t]*\("
    for match in re.finditer(pattern, source.code):
        yield line_of(source.code, match.start()), match.group(1)


def no_unsafe_functions(source):
    """What overruns, is not thread-safe, hides errors or starts a shell."""
    for line, name in calls_of(source, UNSAFE):
        yield line, f"{name}() is not used here"


def allocation_goes_through_own(source):
    """Running out of memory is handled in one place."""
    if source.name == "base/own.c" or source.folder not in PRODUCT_FOLDERS:
        return
    for line, name in calls_of(source, RAW_ALLOCATION):
        yield line, f"{name}() outside base/own.c: use x{name}()"


def json_is_parsed_in_one_place(source):
    """Depth and duplicates are checked there; jansson alone checks neither."""
    if source.name == "base/json.c" or source.folder not in PRODUCT_FOLDERS:
        return
    for line, name in calls_of(source, ["json_loads", "json_loadb", "json_loadf", "json_load_file"]):
        yield line, f"{name}() outside base/json.c"


def lines_fit_a_screen(source):
    """Two versions of a file stand side by side."""
    for number, line in enumerate(source.lines, 1):
        if source.folder in PRODUCT_FOLDERS and len(line) > MAX_COLUMNS:
            yield number, f"{len(line)} columns, at most {MAX_COLUMNS}"


def no_goto(source):
    """Cleanup is the variables' own business."""
    for match in re.finditer(r"\bgoto\b", source.code):
        yield line_of(source.code, match.start()), "goto"


def no_struct_typedefs(source):
    """A struct is called a struct where it is used. The type of a function that returns one may have a name."""
    for match in re.finditer(r"\btypedef\s+(struct|union|enum)\b(?!\s+\w+\s+\**\w+\()", source.code):
        yield line_of(source.code, match.start()), f"typedef of a {match.group(1)}"


def functions(source):
    """Yields (name, first line, last line) of each function with a body at file level."""
    code = blank_directives(source.code)
    depth = start = 0
    head = ""
    for position, char in enumerate(code):
        if char == "{":
            if depth == 0:
                head = code[start:position]
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                name = re.search(r"(\w+)\s*\(", head)
                if name and "=" not in head and name.group(1) not in KEYWORDS:
                    begun = start + len(head) - len(head.lstrip())
                    yield name.group(1), line_of(code, begun), line_of(code, position)
                start = position + 1
        elif char == ";" and depth == 0:
            start = position + 1


def blank_directives(code):
    """Blanks preprocessor lines, continuations too, so that macros do not upset the braces."""
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
                  lambda match: re.sub(r"[^\n]", " ", match.group()), code, flags=re.MULTILINE)


def public_functions_are_documented(source):
    """A declaration stands in a paragraph that a comment opens. Destructors are all alike and need none."""
    if not source.name.endswith(".h"):
        return
    code = blank_directives(source.code)
    for line, name in declarations(code):
        if name.endswith(("_free", "_done", "_unref")):
            continue
        paragraph = []
        above = line - 1
        while above >= 1 and source.lines[above - 1].strip():
            paragraph.append(source.lines[above - 1])
            above -= 1
        if not any(re.search(r"\*/|^\s*//", text) for text in paragraph):
            yield line, f"{name}() has no comment above it"


def declarations(code):
    """Yields (first line, name) of each function declared at file level."""
    depth, start = 0, 0
    for position, char in enumerate(code):
        depth += (char == "{") - (char == "}")
        if depth == 0 and char in ";}":
            text = code[start:position]
            plain = re.sub(r"__attribute__\s*\(\(.*?\)\)|\{.*\}", "", text, flags=re.DOTALL)
            match = re.match(r"\s*[\w\s*]+?\b(\w+)\s*\([^()]*(\([^()]*\)[^()]*)*\)\s*$", plain)
            if char == ";" and match:
                yield line_of(code, start + len(text) - len(text.lstrip())), match.group(1)
            start = position + 1
