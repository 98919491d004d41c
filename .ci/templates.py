"""Compiles every template of ours: a spelling mistake in a rarely used page is found here, not by its reader."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdwg.settings")
    django.setup()
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    folder = ROOT / "templates"
    faults, count = [], 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        count += 1
        try:
            get_template(name)
        except (TemplateSyntaxError, TemplateDoesNotExist) as fault:
            faults.append(f"{name}: {type(fault).__name__}: {fault}")
    print("\n".join(faults) or f"{count} templates compile")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
