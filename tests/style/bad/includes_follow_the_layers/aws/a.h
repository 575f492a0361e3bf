#include "aws/sigv4.h"
  # include "server/http.h" /* bad */
