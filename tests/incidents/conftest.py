"""The incidents use the double of AWS and the way to ask that the cases of the tools have."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tools")]
