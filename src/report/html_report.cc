#include "report/html_report.h"

#include "base/text.h"
#include "report/html_rows.h"
#include "report/html_sections.h"
#include "report/html_text.h"
#include "report/page_sources.h"
#include "report/stream_file.h"

namespace rehome::report {
namespace {

// The JSON block runs nothing, so the policy need not allow it.
std::string PolicyText() {
  return "default-src 'none'; script-src '" + PolicyHash(PageScript()) + "'; style-src '" +
         PolicyHash(PageStyle()) + "'; base-uri 'none'; form-action 'none'";
}

std::string PartNamed(std::string_view name, const Summary& summary, const HtmlRows& rows,
                      bool shared) {
  if (name == "policy") return PolicyText();
  if (name == "version") return HtmlText(summary.run.rehome_version);
  if (name == "title") return HtmlText("rehome: " + Headline(summary));
  if (name == "style") return std::string(PageStyle());
  if (name == "script") return std::string(PageScript());
  if (name == "verdict") return VerdictHtml(summary);
  if (name == "phases") return PhasesHtml(summary);
  if (name == "problems") return ProblemsHtml(summary);
  if (name == "unchecked") return UncheckedHtml(summary, rows.note());
  if (name == "about") return AboutHtml(summary, shared);
  return {};
}

}  // namespace

base::Status RenderHtml(const HtmlReportInputs& inputs,
                        const std::function<base::Status(std::string_view)>& write) {
  const Summary summary = inputs.masking.Of(inputs.summary);
  auto rows = HtmlRows::Open(inputs);
  if (!rows) return rows.error();
  std::string_view left = PageTemplate();
  while (!left.empty()) {
    const std::size_t begin = left.find("{{");
    const std::size_t end = left.find("}}", begin);
    RETURN_IF_ERROR(write(left.substr(0, begin)));
    if (begin == std::string_view::npos) break;
    const std::string_view name = left.substr(begin + 2, end - begin - 2);
    RETURN_IF_ERROR(name == "data" ? rows->Write(summary, write)
                                   : write(PartNamed(name, summary, *rows, inputs.masking.on())));
    left.remove_prefix(end + 2);
  }
  return {};
}

base::Status WriteHtmlReport(const std::string& path, const HtmlReportInputs& inputs) {
  auto file = StreamFile::Create(path);
  if (!file) return file.error();
  RETURN_IF_ERROR(
      RenderHtml(inputs, [&file](std::string_view piece) { return file->Write(piece); }));
  return file->Commit();
}

}  // namespace rehome::report
