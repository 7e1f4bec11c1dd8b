"""The process behind `Supervised`: a supervisor over the application of the fault tests."""

import json
import logging
import sys

from backbeat.worker.supervising.supervisor import Supervisor

APP = "packages.backbeat.tests.support.fault_app:app"

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(message)s")
    sys.exit(Supervisor(APP, **json.loads(sys.argv[1])).run())
