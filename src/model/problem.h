#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "model/place.h"
#include "model/reason.h"

namespace rehome::model {

/// What a repair that changes nothing for an import does about a problem.
enum class Repair {
  kNone,     ///< there is no such repair
  kCell,     ///< the cell gets another text
  kRowGoes,  ///< the row is left out
};

/// Something that is wrong with a file, or odd in it, at its place. Its texts hold no secret.
struct Problem {
  Reason reason = Reason::kNone;
  std::int64_t row = 0;   ///< number of the data record, from 1; 0 = the header
  Place place;            ///< of the field, or of the whole record when it is of no field
  std::size_t field = 0;  ///< number of the field in its record, from 1; 0 = of no field
  std::string column;     ///< which column it is about; empty = none, or one without a name
  std::string value;      ///< the cell as it may be shown; empty when it is of no field
  std::string detail;     ///< what was seen, and what the rule is
  Repair repair = Repair::kNone;
  std::string repaired;  ///< kCell: the text that the cell gets, as it may be shown
};

}  // namespace rehome::model
