#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "csv/dialect.h"
#include "pipeline/offline_pass.h"
#include "pipeline/row_source.h"
#include "support/memory_journal.h"
#include "survey/survey.h"

namespace rehome::pipeline {

/// A CSV file that is surveyed and whose chunks wait in a journal in memory.
class SourceFile {
 public:
  explicit SourceFile(const std::string& text, std::int64_t chunk_rows = 0)
      : journal(support::MemoryJournal::Commits::kAtOnce) {
    std::string pattern = testing::TempDir() + "rehome-source-XXXXXX";
    const int file = mkstemp(pattern.data());
    EXPECT_GE(file, 0);
    close(file);
    path = pattern;
    std::ofstream(path) << text;
    auto read = csv::ReadHeader(path, {});
    EXPECT_TRUE(read.ok()) << (read ? "" : read.error().message);
    header = *std::move(read);
    auto surveyed =
        survey::SurveyFile(path, header, {.organization = {}, .chunk_rows = chunk_rows});
    EXPECT_TRUE(surveyed.ok()) << (surveyed ? "" : surveyed.error().message);
    survey = *std::move(surveyed);
    std::vector<journal::Chunk> chunks;
    for (std::size_t i = 0; i < survey.chunks.size(); ++i) chunks.push_back(ChunkOf(survey, i));
    journal.set_chunks(std::move(chunks));
  }
  ~SourceFile() {
    std::error_code error;
    std::filesystem::remove(path, error);
  }
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  RowSource Open(RowSource::Observer& observer, RowSource::Part part) {
    return {path, header, survey, journal, part, observer};
  }
  RowSource::Part All() const { return {.first_row = 1, .last_row = survey.rows}; }

  std::string path;
  csv::Header header;
  survey::Survey survey;
  support::MemoryJournal journal;
};

/// `rows` rows of different users in organizations acme0 to acme9.
inline std::string ManyRows(int rows) {
  std::string text = "email,org_external_id,org_name\n";
  for (int i = 1; i <= rows; ++i) {
    const std::string organization = std::to_string(i % 10);
    text +=
        "u" + std::to_string(i) + "@x.example,acme" + organization + ",Acme " + organization + "\n";
  }
  return text;
}

inline std::int64_t NumberOf(const SourceRow& row) {
  return std::visit([](const auto& record) { return record.position.row; }, row.record);
}

}  // namespace rehome::pipeline
