#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "csv/dialect.h"
#include "survey/survey.h"
#include "unit/csv/scratch_file.h"
#include "validate/check_file.h"

namespace rehome::validate {

/// A file that is surveyed and ready to be checked.
class CheckedFile {
 public:
  explicit CheckedFile(const std::string& bytes, plan::PlanOptions plan_options = {})
      : file(bytes), path(file.path()), options(std::move(plan_options)) {
    auto read = csv::ReadHeader(path, {});
    EXPECT_TRUE(read.ok()) << (read ? "" : read.error().message);
    header = *std::move(read);
    survey::SurveyOptions how;
    how.organization.by_name = options.org_by_name;
    how.organization.all_rows = options.all_rows;
    auto surveyed = survey::SurveyFile(path, header, how);
    EXPECT_TRUE(surveyed.ok()) << (surveyed ? "" : surveyed.error().message);
    survey = *std::move(surveyed);
  }

  Input input() const { return {path, header, survey, options, nullptr, ::testing::TempDir()}; }

  /// `row code` of each problem.
  std::vector<std::string> Told() const {
    std::vector<std::string> told;
    const base::Status checked = CheckFile(input(), [&told](const CheckedRecord& record) {
      for (const model::Problem& problem : record.problems) {
        told.push_back(std::to_string(problem.row) + " " +
                       std::string(model::CodeOf(problem.reason)));
      }
      return base::Status();
    });
    EXPECT_TRUE(checked.ok());
    return told;
  }

  test::ScratchFile file;
  std::string path;
  csv::Header header;
  survey::Survey survey;
  plan::PlanOptions options;
};

}  // namespace rehome::validate
