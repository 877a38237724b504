"""What pyproject.toml cannot say: the folders of data beside the package (codes, forms, mappings, demo) lie inside it in
a wheel, as `tidewaiter/shipped/…`, so that an installed program has them.
"""

from setuptools import find_packages, setup

SHIPPED = ("codes", "forms", "mappings", "demo")

setup(
    packages=[*find_packages(include=["tidewaiter*"]), *(f"tidewaiter.shipped.{name}" for name in SHIPPED)],
    package_dir={f"tidewaiter.shipped.{name}": name for name in SHIPPED},
    package_data={"": ["*"], "tidewaiter": ["**/*"]},
)
