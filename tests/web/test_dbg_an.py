from tests.web.test_measures import *
def test_dbg(client, tree):
    signed_in(client, tree, "auditor")
    round_id = tree.objects["round"].pk
    page = client.get(f"/rounds/{round_id}/indicators/").content.decode()
    i = page.index("<h1"); print(page[i:i+4000]); 
    from plumbline.assessment.models import CompositeScore, NodeScore, Round
    r=Round.objects.get(pk=round_id); print(r.run_id, list(CompositeScore.objects.filter(run_id=r.run_id or 0).values()), r.state)
    assert "1 unit is sc" in page
