"""The CI backend: pipelines of GitHub Actions or GitLab CI at the top of the repository."""

NAME = "ci"
SUMMARY = "pipelines for GitHub Actions or GitLab CI that test, build and deploy"
