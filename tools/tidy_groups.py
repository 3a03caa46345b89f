"""Which sources clang-tidy can look at together: most of its time goes into the headers of one file,
so a file that includes ten sources takes little longer than one of them. Used by run_clang_tidy.py."""

import re

# Sources in one group. More would save little, and cost more when one of them has a finding.
MOST = 10

BLANK = re.compile(r'//[^\n]*|"(?:\\.|[^"\\\n])*"|R"\((?:.|\n)*?\)"')
# What a source defines for itself begins at the start of a line, as clang-format puts it.
DEFINED = (
    re.compile(r"^(?:template <.*>\s*)?(?:class|struct|enum class|union) (\w+)", re.MULTILINE),
    re.compile(r"^using (\w+) =", re.MULTILINE),
    re.compile(r"^namespace (\w+) =", re.MULTILINE),
    re.compile(r"^(?:inline |static |thread_local |constexpr |const )+[^\n(={]*?(\w+)\s*[=({\[]",
               re.MULTILINE),  # fmt: skip
    re.compile(r"^[A-Za-z_][\w:<>,*& \[\]]*?[ *&](\w+)\([^;]*?\)[^;{]*\{", re.MULTILINE),
)


def names(text):
    """What a source defines at the start of a line, and macros: none of it may be in another one."""
    plain = BLANK.sub('""', text)
    found = {name for pattern in DEFINED for name in pattern.findall(plain)}
    return found | set(re.findall(r"^#\s*define (\w+)", plain, re.MULTILINE))


def groups(files, kind, text, most=MOST):
    """Lists of `files` that agree in `kind(file)` and of whose `text(file)` no two define a name."""
    made = []
    for file in files:
        defined = names(text(file))
        for group in made:
            if group["kind"] != kind(file) or len(group["files"]) >= most:
                continue
            if group["names"].isdisjoint(defined):
                group["files"].append(file)
                group["names"] |= defined
                break
        else:
            made.append({"kind": kind(file), "files": [file], "names": set(defined)})
    return [group["files"] for group in made]
