(** The normal form: a sum of products, decided by computation.

    Deltas are contracted, factors that do not depend on the index of a sum are pulled out of it,
    nested sums are ordered, x·(1/x) cancels where x is positive by its form, equal terms are
    merged. [nf_ok]: the normal form has the value of the expression, for every size. *)
From Derivlab Require Import Sums Expressions Signs.
From Coq Require Import QArith_base Qreduction Qreals BinInt Bool.
Open Scope R_scope.

Section NormalForm.
Variable dm : nat -> nat.
Variable T : tens.
Variable Known : list premise.
Hypothesis HH : positive_facts dm T Known.
(** Sums that are known, such as Σ y = 1: the sum, in normal form, and its value. *)
Definition equation := (list nat * expr * Q)%type.
Variable Q' : list equation.
Definition equations_hold : Prop :=
  List.Forall (fun f => forall ks, inr dm (fst (fst f)) ks -> eval dm T ks (snd (fst f)) = Q2R (snd f)) Q'.
Hypothesis HQ : equations_hold.
Notation ev := (eval dm T).
Notation pos := (pos Known).
Lemma positive x G ie : inr dm G ie -> pos G x = true -> 0 < ev ie x.
Proof. intros HG. now apply (pos_ok dm T Known HH). Qed.

(* the bound index 0 is not used: drop it *)
Lemma low_ok e k ie : occ 0 e = false -> ev ie (ren pred e) = ev (k :: ie) e.
Proof. intros H. apply ren_ok. intros [|i] Hi; [congruence | reflexivity]. Qed.
(* substitute the bound index 0 by outer index j *)
Definition sub0 (j i : nat) : nat := match i with O => j | S i => i end.
Lemma sub0_ok e j ie : ev ie (ren (sub0 j) e) = ev (ix ie j :: ie) e.
Proof. apply ren_ok. intros [|i] Hi; reflexivity. Qed.

(* ---- monomials and polynomials ---- *)
Definition mono := (Q * list expr)%type.
Fixpoint prodl (ie : list nat) (l : list expr) : R :=
  match l with [] => 1 | a :: l => ev ie a * prodl ie l end.
Definition evm ie (m : mono) : R := Q2R (fst m) * prodl ie (snd m).
Fixpoint evp ie (p : list mono) : R := match p with [] => 0 | m :: p => evm ie m + evp ie p end.

Lemma Q2R_zero : Q2R 0 = 0.
Proof. unfold Q2R; simpl; field. Qed.
Lemma evp_app ie p q : evp ie (p ++ q) = evp ie p + evp ie q.
Proof. induction p; simpl; rewrite ?IHp; ring. Qed.
Lemma prodl_app ie p q : prodl ie (p ++ q) = prodl ie p * prodl ie q.
Proof. induction p; simpl; rewrite ?IHp; ring. Qed.

(* factor insertion with cancellation of a * /a for syntactically positive a *)
Definition inverse G (a b : expr) : bool :=
  match a, b with
  | Inv a, b => eqe a b && pos G a
  | a, Inv b => eqe a b && pos G a
  | _, _ => false
  end.
Lemma inverse_ok G ie a b : inr dm G ie -> inverse G a b = true -> ev ie a * ev ie b = 1.
Proof.
  intros HG. assert (P : forall x, pos G x = true -> ev ie x <> 0).
  { intros x Hx. apply (positive x G ie HG) in Hx. lra. }
  assert (X : forall x y, eqe x y && pos G x = true -> ev ie (Inv x) * ev ie y = 1).
  { intros x y E. apply andb_prop in E as [E1 E2]. apply eqe_ok in E1; subst y.
    simpl. apply Rinv_l; auto. }
  assert (Y : forall x y, eqe x y && pos G x = true -> ev ie x * ev ie (Inv y) = 1).
  { intros x y E. apply andb_prop in E as [E1 E2]. apply eqe_ok in E1; subst y.
    simpl. apply Rinv_r; auto. }
  destruct a, b; simpl; try discriminate; intros E; first [exact (X _ _ E) | exact (Y _ _ E)].
Qed.
Fixpoint cancel G (a : expr) (l : list expr) : option (list expr) :=
  match l with
  | [] => None
  | b :: l => if inverse G a b then Some l
              else match cancel G a l with Some l' => Some (b :: l') | None => None end
  end.
Lemma cancel_ok G ie a l l' : inr dm G ie -> cancel G a l = Some l' -> prodl ie l' = ev ie a * prodl ie l.
Proof.
  intros HG. revert l'; induction l as [|b l IH]; simpl; intros l'; [discriminate|].
  destruct (inverse G a b) eqn:E.
  - intros [= <-]. rewrite <- Rmult_assoc, (inverse_ok G ie a b HG E). ring.
  - destruct (cancel G a l); [|discriminate]. intros [= <-]. simpl. rewrite (IH _ eq_refl). ring.
Qed.
Fixpoint sins (a : expr) (l : list expr) : list expr :=
  match l with [] => [a] | b :: l' => if lee a b then a :: l else b :: sins a l' end.
Lemma sins_ok ie a l : prodl ie (sins a l) = ev ie a * prodl ie l.
Proof. induction l; simpl; auto. destruct (lee a a0); simpl; rewrite ?IHl; ring. Qed.
Definition ins G a l := match cancel G a l with Some l' => l' | None => sins a l end.
Lemma ins_ok G ie a l : inr dm G ie -> prodl ie (ins G a l) = ev ie a * prodl ie l.
Proof.
  intros HG. unfold ins. destruct (cancel G a l) eqn:E; [eapply cancel_ok; eauto | apply sins_ok].
Qed.
Definition insl G (l m : list expr) := fold_right (ins G) m l.
Lemma insl_ok G ie l m : inr dm G ie -> prodl ie (insl G l m) = prodl ie l * prodl ie m.
Proof. intros HG; induction l; simpl; [ring|]. rewrite ins_ok, IHl; auto; ring. Qed.

Definition mmul G (a b : mono) : mono := (Qred (fst a * fst b), insl G (snd a) (snd b)).
Lemma mmul_ok G ie a b : inr dm G ie -> evm ie (mmul G a b) = evm ie a * evm ie b.
Proof.
  intros HG. unfold evm, mmul; cbn [fst snd]. rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_mult, insl_ok by auto. ring.
Qed.
(** Merge a monomial into a polynomial, which is kept in order. *)
Fixpoint llcmp (l m : list expr) : comparison :=
  match l, m with
  | [], [] => Eq | [], _ => Lt | _, [] => Gt
  | a :: l', b :: m' => match cmp a b with Eq => llcmp l' m' | c => c end
  end.
Lemma llcmp_eq l : forall m, llcmp l m = Eq -> l = m.
Proof.
  induction l; intros [|b m]; simpl; try discriminate; auto.
  destruct (cmp a b) eqn:E; try discriminate. apply cmp_eq in E; subst. intros; f_equal; auto.
Qed.
Fixpoint madd (m : mono) (p : list mono) : list mono :=
  match p with
  | [] => [m]
  | b :: p => match llcmp (snd m) (snd b) with
              | Eq => let q := Qred (fst m + fst b) in if Qeq_bool q 0 then p else (q, snd b) :: p
              | Lt => m :: b :: p
              | Gt => b :: madd m p
              end
  end.
Lemma madd_ok ie m p : evp ie (madd m p) = evm ie m + evp ie p.
Proof.
  induction p as [|b p IH]; [reflexivity|]. cbn [madd evp]; cbv zeta.
  destruct (llcmp (snd m) (snd b)) eqn:E; [| cbn [evp]; ring | cbn [evp]; rewrite IH; ring].
  apply llcmp_eq in E.
  assert (X : evm ie m + evm ie b = Q2R (Qred (fst m + fst b)) * prodl ie (snd b)).
  { unfold evm. rewrite E, (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus. ring. }
  destruct (Qeq_bool (Qred (fst m + fst b)) 0) eqn:Z.
  - apply Qeq_bool_eq, Qeq_eqR in Z. rewrite Z, Q2R_zero, Rmult_0_l in X.
    rewrite <- Rplus_assoc, X. ring.
  - cbn [evp]. unfold evm at 1; cbn [fst snd]. rewrite <- X. ring.
Qed.
Definition padd (p q : list mono) := fold_right madd q p.
Lemma padd_ok ie p q : evp ie (padd p q) = evp ie p + evp ie q.
Proof. induction p; simpl; [ring|]. rewrite madd_ok, IHp; ring. Qed.
Definition pmul1 G m (q : list mono) := fold_right (fun b acc => madd (mmul G m b) acc) [] q.
Lemma pmul1_ok G ie m q : inr dm G ie -> evp ie (pmul1 G m q) = evm ie m * evp ie q.
Proof. intros HG; induction q; simpl; [ring|]. rewrite madd_ok, mmul_ok, IHq by auto. ring. Qed.
Definition pmul G (p q : list mono) := fold_right (fun a acc => padd (pmul1 G a q) acc) [] p.
Lemma pmul_ok G ie p q : inr dm G ie -> evp ie (pmul G p q) = evp ie p * evp ie q.
Proof. intros HG; induction p; simpl; [ring|]. rewrite padd_ok, pmul1_ok, IHp by auto. ring. Qed.
Definition popp (p : list mono) := map (fun m : mono => (Qopp (fst m), snd m)) p.
Lemma popp_ok ie p : evp ie (popp p) = - evp ie p.
Proof. induction p; simpl; [ring|]. rewrite IHp. unfold evm; simpl. rewrite Q2R_opp. ring. Qed.

(* back to expressions *)
Fixpoint prode (l : list expr) : expr :=
  match l with [] => Num 1 | [a] => a | a :: l => Mul a (prode l) end.
Lemma prode_ok ie l : ev ie (prode l) = prodl ie l.
Proof.
  induction l as [|a [|b l] IH]; [reflexivity | simpl; ring|].
  change (ev ie a * ev ie (prode (b :: l)) = ev ie a * prodl ie (b :: l)). now rewrite IH.
Qed.
Definition nume (q : Q) : expr :=
  match Qden q with xH => Num (Qnum q) | d => Mul (Num (Qnum q)) (Inv (Num (Zpos d))) end.
Lemma nume_ok ie q : ev ie (nume q) = Q2R q.
Proof. unfold nume, Q2R. destruct q as [n [d|d|]]; simpl; auto. field. Qed.
Definition mone (m : mono) : expr := 
  if Qeq_bool (fst m) 1 then prode (snd m) else Mul (nume (fst m)) (prode (snd m)).
Lemma mone_ok ie m : ev ie (mone m) = evm ie m.
Proof.
  unfold mone, evm. destruct (Qeq_bool (fst m) 1) eqn:E.
  - apply Qeq_bool_eq, Qeq_eqR in E. rewrite E, prode_ok. unfold Q2R; simpl. field.
  - simpl. now rewrite nume_ok, prode_ok.
Qed.
Fixpoint pole (p : list mono) : expr :=
  match p with [] => Num 0 | [m] => mone m | m :: p => Add (mone m) (pole p) end.
Lemma pole_ok ie p : ev ie (pole p) = evp ie p.
Proof.
  induction p as [|a [|b l] IH]; [reflexivity | simpl; rewrite mone_ok; ring|].
  change (ev ie (mone a) + ev ie (pole (b :: l)) = evm ie a + evp ie (b :: l)).
  now rewrite IH, mone_ok.
Qed.

(* inverse of a monomial, factor by factor *)
Definition inve (a : expr) : expr := match a with Inv a => a | a => Inv a end.
Lemma inve_ok ie a : ev ie (inve a) = / ev ie a.
Proof. destruct a; simpl; auto. now rewrite Rinv_inv. Qed.
Definition minv G (m : mono) : mono := (Qinv (fst m), insl G (map inve (snd m)) []).
Lemma minv_ok G ie m : inr dm G ie -> Qeq_bool (fst m) 0 = false -> evm ie (minv G m) = / evm ie m.
Proof.
  intros HG E. unfold evm, minv; simpl. rewrite insl_ok, Rinv_mult, Q2R_inv; auto.
  - f_equal. simpl. rewrite Rmult_1_r. induction (snd m); simpl; [symmetry; apply Rinv_1|].
    rewrite IHl, inve_ok, Rinv_mult. reflexivity.
  - now apply Qeq_bool_neq.
Qed.
Definition pinv G (p : list mono) : list mono :=
  match p with
  | [m] => if Qeq_bool (fst m) 0 then [(1%Q, [Inv (pole p)])] else [minv G m]
  | _ => [(1%Q, [Inv (pole p)])]
  end.
Lemma one_ok ie a : evp ie [(1%Q, [a])] = ev ie a.
Proof. simpl. unfold evm; simpl. unfold Q2R; simpl. field. Qed.
Lemma pinv_ok G ie p : inr dm G ie -> evp ie (pinv G p) = / evp ie p.
Proof.
  intros HG. unfold pinv. destruct p as [|m [|m' p]].
  - rewrite one_ok; simpl; auto.
  - destruct (Qeq_bool (fst m) 0) eqn:E; [rewrite one_ok; simpl; now rewrite mone_ok, Rplus_0_r|].
    simpl. rewrite minv_ok, !Rplus_0_r; auto.
  - rewrite one_ok. change (/ ev ie (pole (m :: m' :: p)) = / evp ie (m :: m' :: p)). now rewrite pole_ok.
Qed.

(* exp of a polynomial: product of exps of its monomials; a negative coefficient goes to the denominator *)
Definition expm (m : mono) : expr :=
  if Qle_bool (fst m) 0 then Inv (Exp (mone (Qopp (fst m), snd m))) else Exp (mone m).
Lemma expm_ok ie m : ev ie (expm m) = exp (evm ie m).
Proof.
  unfold expm. destruct (Qle_bool (fst m) 0); simpl; rewrite mone_ok; auto.
  rewrite <- exp_Ropp. f_equal. unfold evm; simpl. rewrite Q2R_opp. ring.
Qed.
(** exp (log a) = a, where a is positive by its form. *)
Definition expl G (m : mono) : expr :=
  match snd m with
  | [Ln a] => if pos G a then if Qeq_bool (fst m) 1 then a
                              else if Qeq_bool (fst m) (-1) then Inv a else expm m
              else expm m
  | _ => expm m
  end.
Lemma expl_ok G ie m : inr dm G ie -> ev ie (expl G m) = exp (evm ie m).
Proof.
  intros HG. unfold expl. destruct (snd m) as [|a [|b l]] eqn:E; try apply expm_ok;
    destruct a; try apply expm_ok. destruct (pos G a) eqn:P; [|apply expm_ok].
  apply (positive _ G ie HG) in P. unfold evm; rewrite E; cbn [prodl eval].
  destruct (Qeq_bool (fst m) 1) eqn:Z1; [|destruct (Qeq_bool (fst m) (-1)) eqn:Z2; [|]].
  - apply Qeq_bool_eq, Qeq_eqR in Z1. rewrite Z1. replace (Q2R 1 * (ln (ev ie a) * 1)) with (ln (ev ie a))
      by (unfold Q2R; simpl; field). now rewrite exp_ln.
  - apply Qeq_bool_eq, Qeq_eqR in Z2. rewrite Z2. replace (Q2R (-1) * (ln (ev ie a) * 1)) with (- ln (ev ie a))
      by (unfold Q2R; simpl; field). cbn [eval]. now rewrite exp_Ropp, exp_ln.
  - rewrite expm_ok. unfold evm. rewrite E. reflexivity.
Qed.
Definition pexp G (p : list mono) : list mono := [(1%Q, insl G (map (expl G) p) [])].
Lemma pexp_ok G ie p : inr dm G ie -> evp ie (pexp G p) = exp (evp ie p).
Proof.
  intros HG. unfold pexp; simpl. unfold evm at 1; simpl. rewrite insl_ok by auto. simpl.
  replace (Q2R 1) with 1 by (unfold Q2R; simpl; field).
  rewrite Rplus_0_r, Rmult_1_l, Rmult_1_r.
  induction p; simpl; [symmetry; apply exp_0|]. rewrite IHp, expl_ok, exp_plus by auto. reflexivity.
Qed.

(* summing a monomial over the bound index 0 of dimension d *)
Fixpoint pull (l : list expr) : list expr * list expr :=   (* (independent & lowered, dependent) *)
  match l with
  | [] => ([], [])
  | a :: l => let (i, b) := pull l in if occ 0 a then (i, a :: b) else (ren pred a :: i, b)
  end.
Lemma pull_ok k ie l : prodl (k :: ie) l = prodl ie (fst (pull l)) * prodl (k :: ie) (snd (pull l)).
Proof.
  induction l; simpl; [ring|]. rewrite IHl. destruct (pull l) as [i b]; simpl.
  destruct (occ 0 a) eqn:E; simpl; [ring|]. rewrite (low_ok a k ie E). ring.
Qed.
(* find a delta linking bound index 0 to an outer index of the same dimension *)
Definition dmatch (G : list nat) (d : nat) (a : expr) : option nat :=
  match a with
  | Del O (S j) | Del (S j) O => if (j <? length G)%nat && (nth j G 0%nat =? d)%nat then Some j else None
  | _ => None
  end.
Lemma dmatch_ok G d a j ie k : inr dm G ie -> dmatch G d a = Some j ->
  (ix ie j < dm d)%nat /\ ev (k :: ie) a = delta k (ix ie j).
Proof.
  intros HG. assert (R : forall i, (i <? length G)%nat && (nth i G 0%nat =? d)%nat = true -> (ix ie i < dm d)%nat).
  { intros i E. apply andb_prop in E as [E1 E2]. apply Nat.ltb_lt in E1. apply Nat.eqb_eq in E2; subst d.
    revert i E1. unfold ix. induction HG; simpl; intros [|i] E1; try lia; auto. apply IHHG; lia. }
  destruct a; try discriminate. destruct i as [|i], j0 as [|i']; try discriminate; simpl.
  - specialize (R i'). destruct (andb _ _); [|discriminate]. intros [= <-]; auto.
  - specialize (R i). destruct (andb _ _); [|discriminate]. intros [= <-]; split; auto. apply delta_sym.
Qed.
Fixpoint dfind G d (l : list expr) : option (nat * list expr) :=
  match l with
  | [] => None
  | a :: l => match dmatch G d a with
              | Some j => Some (j, l)
              | None => match dfind G d l with Some (j, l') => Some (j, a :: l') | None => None end
              end
  end.
Lemma dfind_ok G d l j l' ie : inr dm G ie -> dfind G d l = Some (j, l') ->
  (ix ie j < dm d)%nat /\ forall k, prodl (k :: ie) l = delta k (ix ie j) * prodl (k :: ie) l'.
Proof.
  intros HG; revert l'; induction l as [|a l IH]; simpl; [discriminate|]. intros l'.
  destruct (dmatch G d a) eqn:E.
  - intros [= <- <-]. split; [apply (dmatch_ok G d a n ie 0%nat HG E)|].
    intros k. f_equal. apply (dmatch_ok G d a n ie k HG E).
  - destruct (dfind G d l) as [[j' l'']|]; [|discriminate]. intros [= -> <-].
    destruct (IH _ eq_refl) as [H1 H2]. split; auto. intros k; simpl; rewrite H2; ring.
Qed.
(* nested sums are put in a canonical order (smaller dimension name outermost) *)
Fixpoint fl (e : expr) : list expr := match e with Mul a b => fl a ++ fl b | e => [e] end.
Lemma fl_ok ie e : prodl ie (fl e) = ev ie e.
Proof. induction e; simpl; try ring. now rewrite prodl_app, IHe1, IHe2. Qed.
Fixpoint fsum (d : nat) (l : list expr) : option (nat * expr * list expr) :=
  match l with
  | [] => None
  | a :: l =>
      let next := match fsum d l with Some (d', c, r) => Some (d', c, a :: r) | None => None end in
      match a with Sum d' c => if (d' <=? d)%nat then Some (d', c, l) else next | _ => next end
  end.
Lemma fsum_ok d l : forall d' c r ie, fsum d l = Some (d', c, r) -> prodl ie l = ev ie (Sum d' c) * prodl ie r.
Proof.
  induction l as [|a l IH]; intros d' c r ie; cbn [fsum]; [discriminate|]. cbv zeta.
  assert (X : match fsum d l with Some (d', c, r) => Some (d', c, a :: r) | None => None end = Some (d', c, r) ->
              prodl ie (a :: l) = ev ie (Sum d' c) * prodl ie r).
  { destruct (fsum d l) as [[[d1 c1] r1]|]; [|discriminate]. intros [= <- <- <-].
    cbn [prodl]. rewrite (IH d1 c1 r1 ie eq_refl). ring. }
  destruct a; auto. destruct (d0 <=? d)%nat; auto. intros [= <- <- <-]. reflexivity.
Qed.
Definition up1 (i : nat) : nat := match i with O => O | S i => S (S i) end.
Definition swp (i : nat) : nat := match i with O => 1%nat | S O => O | i => i end.
Lemma up1_ok k k' ie e : ev (k :: k' :: ie) (ren up1 e) = ev (k :: ie) e.
Proof. apply ren_ok. intros [|i] _; reflexivity. Qed.
Lemma swp_ok k k' ie e : ev (k :: k' :: ie) (ren swp e) = ev (k' :: k :: ie) e.
Proof. apply ren_ok. intros [|[|i]] _; reflexivity. Qed.
Definition sortl (l : list expr) := fold_right sins [] l.
Lemma sortl_ok ie l : prodl ie (sortl l) = prodl ie l.
Proof. induction l; simpl; auto. now rewrite sins_ok, IHl. Qed.
Lemma prodl_ren ie ie' r l : (forall e, ev ie (ren r e) = ev ie' e) -> prodl ie (map (ren r) l) = prodl ie' l.
Proof. intros H; induction l; simpl; auto. now rewrite H, IHl. Qed.

(** Two sums over the same size have two orders: the smaller one by [cmp]. *)
Definition smaller (same : bool) (a b : expr) : list expr := if same && lee a b then [a] else [b].
Lemma smaller_ok ie same a b x : prodl ie [a] = x -> prodl ie [b] = x -> prodl ie (smaller same a b) = x.
Proof. unfold smaller. destruct (same && lee a b); auto. Qed.
Fixpoint sumf (fuel d : nat) (l : list expr) : list expr :=
  let (i, b) := pull l in
  i ++ match b with
       | [] => [Len d]
       | _ => match fuel with
              | O => [Sum d (prode (sortl b))]
              | S f => match fsum d b with
                       | None => [Sum d (prode (sortl b))]
                       | Some (d', c, r) => smaller (d' =? d)%nat (Sum d (prode (sortl b)))
                           (Sum d' (prode (sortl (sumf f d (map (ren up1) r ++ map (ren swp) (fl c))))))
                       end
              end
       end.
Lemma sumf_ok fuel : forall d l ie, prodl ie (sumf fuel d l) = bsum (dm d) (fun k => prodl (k :: ie) l).
Proof.
  induction fuel as [|f IH]; intros d l ie; cbn [sumf];
    pose proof (fun k => pull_ok k ie l) as P; destruct (pull l) as [i b]; simpl fst in P; simpl snd in P;
    rewrite prodl_app, (bsum_ext _ _ (fun k => prodl ie i * prodl (k :: ie) b)) by auto;
    rewrite bsum_scal_l; f_equal; clear P i l.
  - destruct b as [|e b]; [simpl; rewrite bsum_const; ring|].
    change (prodl ie [Sum d (prode (sortl (e :: b)))]) with (bsum (dm d) (fun k => ev (k :: ie) (prode (sortl (e :: b)))) * 1).
    rewrite Rmult_1_r. apply bsum_ext; intros. now rewrite prode_ok, sortl_ok.
  - destruct b as [|e b]; [simpl; rewrite bsum_const; ring|].
    remember (e :: b) as l. destruct (fsum d l) as [[[d' c] r]|] eqn:F.
    + apply smaller_ok.
      { change (prodl ie [Sum d (prode (sortl l))]) with (bsum (dm d) (fun k => ev (k :: ie) (prode (sortl l))) * 1).
        rewrite Rmult_1_r. apply bsum_ext; intros. now rewrite prode_ok, sortl_ok. }
      cbn [prodl]. rewrite Rmult_1_r. cbn [eval].
      rewrite (bsum_ext (dm d') _ (fun k' => bsum (dm d) (fun k => prodl (k :: ie) r * ev (k' :: k :: ie) c))).
      * rewrite bsum_switch. apply bsum_ext; intros k _. rewrite bsum_scal_l.
        rewrite (fsum_ok d l d' c r (k :: ie) F). simpl (ev _ (Sum _ _)). ring.
      * intros k' _. rewrite prode_ok, sortl_ok, IH. apply bsum_ext; intros k _.
        rewrite prodl_app. rewrite (prodl_ren _ (k :: ie) up1) by (intros; apply up1_ok).
        rewrite (prodl_ren _ (k' :: k :: ie) swp) by (intros; apply swp_ok). now rewrite fl_ok.
    + change (prodl ie [Sum d (prode (sortl l))]) with (bsum (dm d) (fun k => ev (k :: ie) (prode (sortl l))) * 1).
      rewrite Rmult_1_r. apply bsum_ext; intros. now rewrite prode_ok, sortl_ok.
Qed.

Definition msum G (d : nat) (m : mono) : mono :=
  match dfind G d (snd m) with
  | Some (j, l) => (fst m, insl G (map (ren (sub0 j)) l) [])
  | None => (fst m, insl G (sumf 8 d (snd m)) [])
  end.
Lemma msum_ok G ie d m : inr dm G ie -> evm ie (msum G d m) = bsum (dm d) (fun k => evm (k :: ie) m).
Proof.
  intros HG. unfold msum, evm. rewrite bsum_scal_l.
  destruct (dfind G d (snd m)) as [[j l]|] eqn:E.
  - destruct (dfind_ok _ _ _ _ _ _ HG E) as [H1 H2]. cbn [fst snd]. rewrite insl_ok by auto. f_equal.
    rewrite (bsum_ext _ _ (fun k => delta k (ix ie j) * prodl (k :: ie) l)) by auto.
    rewrite (bsum_delta _ _ (fun k => prodl (k :: ie) l) H1). simpl. rewrite Rmult_1_r.
    clear. induction l; simpl; auto. now rewrite IHl, sub0_ok.
  - cbn [fst snd]. rewrite insl_ok, sumf_ok by auto. simpl. ring.
Qed.
Definition psum G d (p : list mono) := fold_right (fun m acc => madd (msum G d m) acc) [] p.
Lemma psum_ok G ie d p : inr dm G ie -> evp ie (psum G d p) = bsum (dm d) (fun k => evp (k :: ie) p).
Proof.
  intros HG; induction p; simpl; [now rewrite bsum_zero|].
  rewrite madd_ok, msum_ok, IHp, <- bsum_plus by auto. reflexivity.
Qed.

(** Rules that replace a product; [rule G a o] rewrites a·o where [a] is one factor. *)
Fixpoint take (a : expr) (l : list expr) : option (list expr) :=
  match l with
  | [] => None
  | b :: l => if eqe a b then Some l
              else match take a l with Some l' => Some (b :: l') | None => None end
  end.
Lemma take_ok ie a l : forall l', take a l = Some l' -> prodl ie l = ev ie a * prodl ie l'.
Proof.
  induction l as [|b l IH]; simpl; [discriminate|]. intros l'. destruct (eqe a b) eqn:E.
  - apply eqe_ok in E; subst. now intros [= <-].
  - destruct (take a l); [|discriminate]. intros [= <-]. simpl. rewrite (IH _ eq_refl). ring.
Qed.
Fixpoint takel (m l : list expr) : option (list expr) :=
  match m with
  | [] => Some l
  | a :: m => match take a l with Some l' => takel m l' | None => None end
  end.
Lemma takel_ok ie m : forall l l', takel m l = Some l' -> prodl ie l = prodl ie m * prodl ie l'.
Proof.
  induction m as [|a m IH]; simpl; intros l l'; [intros [= <-]; ring|].
  destruct (take a l) eqn:E; [|discriminate]. intros F.
  rewrite (take_ok ie a l _ E), (IH _ _ F). ring.
Qed.
(** A polynomial back from the expression that [pole] makes. *)
Definition numq (a : expr) : option Q := match a with
  | Num n => Some (inject_Z n) | Mul (Num n) (Inv (Num (Zpos d))) => Some (n # d) | _ => None end.
Lemma numq_ok ie a q : numq a = Some q -> ev ie a = Q2R q.
Proof.
  destruct a; try discriminate; simpl.
  - intros [= <-]. unfold Q2R, inject_Z; simpl. field.
  - destruct a1; try discriminate. destruct a2; try discriminate. destruct a2; try discriminate.
    destruct q1; try discriminate. intros [= <-]. reflexivity.
Qed.
Fixpoint parse (e : expr) : list mono :=
  match e with
  | Add a b => parse a ++ parse b
  | Mul a b => match numq a with Some q => [(q, fl b)] | None => [(1%Q, fl e)] end
  | Num q => [(inject_Z q, [])]
  | _ => [(1%Q, [e])]
  end.
Lemma parse_ok ie e : evp ie (parse e) = ev ie e.
Proof.
  induction e; cbn [parse]; rewrite ?one_ok; auto.
  - simpl. unfold evm, Q2R, inject_Z; simpl. field.
  - now rewrite evp_app, IHe1, IHe2.
  - destruct (numq e1) eqn:E.
    + simpl. unfold evm; cbn [fst snd]. rewrite fl_ok, (numq_ok ie e1 q E). ring.
    + unfold evp, evm; cbn [fst snd]. rewrite fl_ok. unfold Q2R; simpl. field.
Qed.
Fixpoint pick (p : list mono) : option (mono * list mono) :=
  match p with
  | [] => None
  | m :: p => match pick p with
              | Some (m', r) => if (length (snd m) <? length (snd m'))%nat then Some (m', m :: r) else Some (m, p)
              | None => Some (m, p)
              end
  end.
Lemma pick_ok ie p : forall m r, pick p = Some (m, r) -> evp ie p = evm ie m + evp ie r.
Proof.
  induction p as [|b p IH]; simpl; [discriminate|]. intros m r.
  destruct (pick p) as [[m' r']|]; [destruct (_ <? _)%nat|]; intros [= <- <-]; auto.
  rewrite (IH _ _ eq_refl). simpl. ring.
Qed.
Fixpoint lookup (G : list nat) (a : expr) (l : list equation) : option Q :=
  match l with
  | [] => None
  | (sh, b, c) :: l =>
      if existsb (fun r => fits G sh r && eqe (at_ G r b) a) (choices (length sh) (length G))
      then Some c else lookup G a l
  end.
Lemma lookup_ok G ie a c : inr dm G ie -> lookup G a Q' = Some c -> ev ie a = Q2R c.
Proof.
  intros HG. unfold equations_hold in HQ. induction Q' as [|[[sh b] q] l IH]; simpl; [discriminate|].
  inversion_clear HQ as [|? ? H1 H2]. destruct (existsb _ _) eqn:E; [|now apply IH].
  intros [= <-]. apply existsb_exists in E as [r [_ E]]. apply andb_prop in E as [F E].
  apply eqe_ok in E; subst a. rewrite (at_ok dm T G ie r b HG). apply (H1 _ (fits_ok dm G ie sh HG r F)).
Qed.
Definition merge (i j k : nat) : nat := if (k =? j)%nat then i else k.
Definition scale (c : Q) (l : list expr) (m : mono) : mono := (Qmult c (fst m), snd m ++ l).
Lemma scale_ok ie c l p : evp ie (map (scale c l) p) = Q2R c * prodl ie l * evp ie p.
Proof.
  induction p; simpl; [ring|]. rewrite IHp. unfold evm, scale; cbn [fst snd].
  rewrite Q2R_mult, prodl_app. ring.
Qed.
Definition rule (G : list nat) (a : expr) (o : list expr) : option (list mono) :=
  match lookup G a Q' with
  | Some c => Some [(c, o)]
  | None =>
  match a with
  | Inv (Add _ _ as q) =>
      if pos G q then
        match pick (parse q) with
        | Some (m, r) =>
            if Qeq_bool (fst m) 0 then None else
            match takel (snd m) o with
            | Some o' => Some ((Qinv (fst m), o') :: map (scale (Qopp (Qinv (fst m))) (a :: o')) r)
            | None => None
            end
        | None => None
        end
      else None
  | Inv (Sqr b) => if pos G b then Some [(1%Q, Sqr b :: Inv b :: o)] else None
  | Sqr b => if pos G b then
               match take a o with Some o' => Some (map (scale 1 o') (parse b)) | None => None end
             else None
  | Sgm u => match take (Exp u) o with
             | Some o' => Some [(1%Q, Exp u :: o'); ((-1)%Q, Sgm u :: o')]
             | None => match take (Inv (Exp u)) o with
                       | Some o' => Some [(1%Q, o'); ((-1)%Q, Sgm u :: o')]
                       | None => None
                       end
             end
  | Del i j => if (i =? j)%nat then Some [(1%Q, o)]
               else if (j <? i)%nat then Some [(1%Q, Del j i :: o)]
               else if existsb (occ j) o then Some [(1%Q, Del i j :: map (ren (merge i j)) o)]
               else None
  | _ => None
  end end.
Lemma Q1 : Q2R 1 = 1.
Proof. unfold Q2R; simpl; field. Qed.
Lemma Qm1 : Q2R (-1) = -1.
Proof. unfold Q2R; simpl; field. Qed.
Lemma merge_ok ie i j o : delta (ix ie i) (ix ie j) * prodl ie (map (ren (merge i j)) o)
  = delta (ix ie i) (ix ie j) * prodl ie o.
Proof.
  unfold delta. destruct (Nat.eqb_spec (ix ie i) (ix ie j)) as [E|]; [|ring]. f_equal.
  apply prodl_ren. intros e. apply ren_ok. intros k _. unfold merge.
  destruct (Nat.eqb_spec k j); subst; auto.
Qed.
Lemma rule_ok G ie a o p : inr dm G ie -> rule G a o = Some p -> evp ie p = ev ie a * prodl ie o.
Proof.
  intros HG. unfold rule. destruct (lookup G a Q') eqn:L.
  { intros [= <-]. rewrite (lookup_ok G ie a q HG L). simpl. unfold evm; simpl. ring. }
  clear L. destruct a; try discriminate.
  - destruct (Nat.eqb_spec i j) as [->|].
    { intros [= <-]. simpl. unfold evm; cbn [fst snd]. rewrite Q1, delta_refl. ring. }
    destruct (j <? i)%nat.
    { intros [= <-]. simpl. unfold evm; cbn [fst snd prodl eval]. rewrite Q1, delta_sym. ring. }
    destruct (existsb (occ j) o); [|discriminate]. intros [= <-].
    simpl. unfold evm; cbn [fst snd prodl eval]. rewrite Q1, merge_ok. ring.
  - destruct a; try discriminate.
    + destruct (pos G (Add a1 a2)) eqn:P; [|discriminate]. apply (positive _ G ie HG) in P.
      pose proof (parse_ok ie (Add a1 a2)) as V.
      destruct (pick (parse (Add a1 a2))) as [[m r]|] eqn:E; [|discriminate].
      destruct (Qeq_bool (fst m) 0) eqn:Z; [discriminate|].
      destruct (takel (snd m) o) as [o'|] eqn:F; [|discriminate]. intros [= <-].
      rewrite (pick_ok ie _ _ _ E) in V. cbn [evp]. rewrite scale_ok, (takel_ok ie _ _ _ F).
      apply Qeq_bool_neq in Z. assert (NZ : Q2R (fst m) <> 0) by (intros X; apply Z, eqR_Qeq; now rewrite X, Q2R_zero).
      change (ev ie (Inv (Add a1 a2))) with (/ ev ie (Add a1 a2)). cbn [prodl].
      change (ev ie (Inv (Add a1 a2))) with (/ ev ie (Add a1 a2)).
      unfold evm in *; cbn [fst snd] in *. rewrite Q2R_opp, Q2R_inv by auto.
      revert V P. generalize (ev ie (Add a1 a2)) (evp ie r) (Q2R (fst m)) (prodl ie (snd m)) NZ.
      intros u w c ml Nc V P. replace w with (u - c * ml) by lra. field. split; lra.
    + destruct (pos G a) eqn:P; [|discriminate]. intros [= <-]. apply (positive _ G ie HG) in P.
      simpl. unfold evm; cbn [fst snd prodl eval]. rewrite Q1.
      assert (S : sqrt (ev ie a) * sqrt (ev ie a) = ev ie a) by (apply sqrt_sqrt; lra).
      generalize (sqrt_lt_R0 _ P). intros. rewrite <- S at 2. field. lra.
  - destruct (take (Exp a) o) as [o'|] eqn:E.
    { intros [= <-]. rewrite (take_ok ie _ _ _ E). simpl. unfold evm; cbn [fst snd prodl eval].
      rewrite Q1, Qm1. generalize (exp_sigma (ev ie a)). intros X.
      transitivity ((exp (ev ie a) + - sigma (ev ie a)) * prodl ie o'); [ring|]. rewrite <- X. ring. }
    destruct (take (Inv (Exp a)) o) as [o'|] eqn:F; [|discriminate].
    intros [= <-]. rewrite (take_ok ie _ _ _ F). simpl. unfold evm; cbn [fst snd prodl eval].
    rewrite Q1, Qm1. generalize (sigma_exp (ev ie a)). intros X.
    transitivity ((1 + - sigma (ev ie a)) * prodl ie o'); [ring|]. rewrite <- X. ring.
  - destruct (pos G a) eqn:P; [|discriminate]. apply (positive _ G ie HG) in P.
    destruct (take (Sqr a) o) as [o'|] eqn:E; [|discriminate]. intros [= <-].
    rewrite scale_ok, parse_ok, (take_ok ie _ _ _ E), Q1. simpl.
    assert (S : sqrt (ev ie a) * sqrt (ev ie a) = ev ie a) by (apply sqrt_sqrt; lra).
    transitivity ((sqrt (ev ie a) * sqrt (ev ie a)) * prodl ie o'); [rewrite S; ring | ring].
Qed.
Fixpoint first (G : list nat) (before l : list expr) : option (list mono) :=
  match l with
  | [] => None
  | a :: l => match rule G a (before ++ l) with
              | Some p => Some p
              | None => first G (before ++ [a]) l
              end
  end.
Lemma first_ok G ie l : inr dm G ie -> forall before p,
  first G before l = Some p -> evp ie p = prodl ie before * prodl ie l.
Proof.
  intros HG. induction l as [|a l IH]; simpl; [discriminate|]. intros before p.
  destruct (rule G a (before ++ l)) eqn:E.
  - intros [= <-]. rewrite (rule_ok _ _ _ _ _ HG E), prodl_app. ring.
  - intros F. rewrite (IH _ _ F), prodl_app. simpl. ring.
Qed.
Fixpoint reduce (fuel : nat) (G : list nat) (p : list mono) : list mono :=
  match fuel with
  | O => p
  | S f => fold_right (fun m acc =>
             match first G [] (snd m) with
             | Some q => padd (reduce f G (map (fun b => mmul G (fst m, []) (fst b, insl G (snd b) [])) q)) acc
             | None => madd m acc
             end) [] p
  end.
Lemma reduce_ok fuel G ie : inr dm G ie -> forall p, evp ie (reduce fuel G p) = evp ie p.
Proof.
  intros HG. induction fuel as [|f IH]; [reflexivity|]. intros p. induction p as [|m p IHp]; [reflexivity|].
  cbn [reduce fold_right]. fold (reduce (S f) G p). destruct (first G [] (snd m)) as [q|] eqn:E.
  - rewrite padd_ok, IH. cbn [reduce] in IHp. rewrite IHp. cbn [evp]. f_equal. unfold evm at 1.
    pose proof (first_ok G ie (snd m) HG [] q E) as F. simpl in F. rewrite Rmult_1_l in F. rewrite <- F.
    clear E F IHp. induction q as [|b q IHq]; [simpl; ring|]. cbn [map evp]. rewrite IHq, mmul_ok by auto.
    unfold evm; cbn [fst snd]. rewrite insl_ok by auto. cbn [prodl evp]. unfold evm. ring.
  - rewrite madd_ok. cbn [reduce] in IHp. rewrite IHp. reflexivity.
Qed.
(** The logistic function of −u is 1 − that of u: the first coefficient of the argument is positive. *)
Definition psgm (p : list mono) : list mono :=
  match p with
  | m :: _ => if Qle_bool 0 (fst m) then [(1%Q, [Sgm (pole p)])]
              else madd (1%Q, []) [((-1)%Q, [Sgm (pole (popp p))])]
  | [] => [(1 # 2, [])]
  end.
Lemma psgm_ok ie p : evp ie (psgm p) = sigma (evp ie p).
Proof.
  unfold psgm. destruct p as [|m p].
  - simpl. unfold evm, Q2R, sigma; simpl. rewrite Ropp_0, exp_0. field.
  - destruct (Qle_bool 0 (fst m)); [rewrite one_ok; cbn [eval]; now rewrite pole_ok|].
    assert (X : ev ie (Sgm (pole (popp (m :: p)))) = 1 + - sigma (evp ie (m :: p)))
      by (cbn [eval]; rewrite pole_ok, popp_ok; apply sigma_opp).
    revert X. generalize (sigma (evp ie (m :: p))) (Sgm (pole (popp (m :: p)))). intros x e X.
    rewrite madd_ok. unfold evp, evm; cbn [fst snd prodl]. rewrite X, Q1, Qm1. ring.
Qed.

Fixpoint nf (G : list nat) (e : expr) : list mono :=
  match e with
  | Num q => if Z.eqb q 0 then [] else [(inject_Z q, [])]
  | Len _ | Ten _ _ | Del _ _ => [(1%Q, [e])]
  | Add a b => padd (nf G a) (nf G b)
  | Mul a b => reduce 12 G (pmul G (nf G a) (nf G b))
  | Opp a => popp (nf G a)
  | Inv a => pinv G (nf G a)
  | Exp a => pexp G (nf G a)
  | Ln a => [(1%Q, [Ln (pole (nf G a))])]
  | Sgm a => psgm (nf G a)
  | Sum d b => reduce 12 G (psum G d (nf (d :: G) b))
  | Sqr a => [(1%Q, [Sqr (pole (nf G a))])]
  | Tnh _ | Der _ _ _ => [(1%Q, [e])]
  end.
Theorem nf_ok : forall e G ie, inr dm G ie -> evp ie (nf G e) = ev ie e.
Proof.
  induction e; intros G ie HG; cbn [nf]; rewrite ?one_ok; auto.
  - destruct (Z.eqb_spec q 0); subst; auto. simpl. unfold evm, Q2R, inject_Z; simpl. field.
  - rewrite padd_ok, IHe1, IHe2; auto.
  - rewrite reduce_ok, pmul_ok, IHe1, IHe2; auto.
  - rewrite popp_ok, IHe; auto.
  - rewrite pinv_ok, IHe; auto.
  - rewrite pexp_ok, IHe; auto.
  - simpl. rewrite pole_ok, IHe; auto.
  - rewrite psgm_ok, IHe; auto.
  - simpl. rewrite pole_ok, IHe; auto.
  - rewrite reduce_ok, psum_ok by auto. simpl. apply bsum_ext. intros k Hk. apply IHe. now constructor.
Qed.

(* renaming under nested binders can unsort a body: a second pass restores canonical order *)
Definition nf2 (G : list nat) (e : expr) : list mono := nf G (pole (nf G e)).
Theorem nf2_ok e G ie : inr dm G ie -> evp ie (nf2 G e) = ev ie e.
Proof. intros HG. unfold nf2. now rewrite nf_ok, pole_ok, nf_ok. Qed.

Theorem norm_rest G ie a b p : inr dm G ie -> nf2 G (Add a (Opp b)) = p -> evp ie p = 0 -> ev ie a = ev ie b.
Proof.
  intros HG <- Z. generalize (nf2_ok (Add a (Opp b)) G ie HG). rewrite Z. simpl. lra.
Qed.
End NormalForm.
