#include "cli/option_section.h"

namespace rehome::cli {

void Section::Value(const std::string& name, std::string& into, const std::string& shown,
                    const std::string& text) {
  AddSpec(command_, {.section = title_, .name = name, .into = &into, .shown = shown, .text = text});
}

void Section::Number(const std::string& name, int& into, const std::string& shown,
                     const std::string& text, Bounds bounds) {
  AddSpec(command_, {.section = title_,
                     .name = name,
                     .into = &into,
                     .shown = shown,
                     .text = text,
                     .bounds = bounds});
}

void Section::Number(const std::string& name, std::int64_t& into, const std::string& shown,
                     const std::string& text, Bounds bounds) {
  AddSpec(command_, {.section = title_,
                     .name = name,
                     .into = &into,
                     .shown = shown,
                     .text = text,
                     .bounds = bounds});
}

void Section::Decimal(const std::string& name, double& into, const std::string& shown,
                      const std::string& text) {
  AddSpec(command_, {.section = title_, .name = name, .into = &into, .shown = shown, .text = text});
}

void Section::Percent(const std::string& name, int& into, const std::string& shown,
                      const std::string& text) {
  AddSpec(command_, {.section = title_,
                     .name = name,
                     .into = &into,
                     .shown = shown,
                     .text = text,
                     .bounds = {.lowest = 0, .highest = 99},
                     .percent = true});
}

void Section::List(const std::string& name, std::vector<std::string>& into,
                   const std::string& shown, const std::string& text) {
  AddSpec(command_, {.section = title_, .name = name, .into = &into, .shown = shown, .text = text});
}

void Section::Choice(const std::string& name, std::string& into,
                     const std::vector<std::string>& choices, const std::string& text) {
  AddSpec(command_, {.section = title_,
                     .name = name,
                     .into = &into,
                     .shown = "WORD",
                     .text = text,
                     .choices = choices});
}

void Section::Flag(const std::string& name, bool& into, const std::string& text) {
  AddSpec(command_, {.section = title_, .name = name, .into = &into, .text = text});
}

}  // namespace rehome::cli
